"""The double itself: a Litestar application with a provider's pages, and faults in front of it."""

import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode

import httpx
import jwt
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from litestar.types import Receive, Scope, Send

from tests.oidc_double.browser import Grant, answer_of
from tests.oidc_double.faults import Fault, Lie
from tests.oidc_double.keys import at_hash_of, public_jwk, signed
from tests.oidc_double.people import Person

ISSUER = "http://provider.test"
CLIENT_ID = "tixmo-client"
SECRET = "a secret: with / signs + in it"
ACCESS_TOKEN = "an access token of the provider"

AnyRequest = Request[Any, Any, State]
Json = dict[str, Any]


class Heard(NamedTuple):
    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


class OidcDouble:
    """One provider with one client of ours."""

    def __init__(
        self, clock: Callable[[], datetime], *, issuer: str = ISSUER, algorithm: str = "RS256"
    ) -> None:
        self.clock = clock
        self.issuer = issuer
        self.algorithm = algorithm
        self.key_id = "first"
        self.published = ["first"]
        self.secret = SECRET
        self.apple_key: Any = None
        """The public half of a team's key: then the secret has to be a JWT, as Apple wants."""
        self.person = Person()
        """Who clicks at /authorize; then, who signed in last."""
        self.lie: Lie | None = None
        self.tells_in_token = True
        """Whether the address is in the token, or at the userinfo endpoint alone."""
        self.userinfo_subject: str | None = None
        self.discovery: Json = {}
        """Members of the discovery document that are otherwise; None takes one away."""
        self.requests: list[Heard] = []
        self._faults: deque[tuple[Fault, str]] = deque()
        self._redeemed: set[str] = set()

    @cached_property
    def _app(self) -> Litestar:
        """Made when somebody comes, because most tests of the doors never go there."""
        return Litestar(
            [self._describe(), self._keys(), self._authorize(), self._redeem(), self._userinfo()],
            openapi_config=None,
            logging_config=None,
        )

    def fail(self, fault: Fault, path: str, *, times: int = 1) -> None:
        """Script a fault for the next requests of this path, in order."""
        self._faults.extend([(fault, path)] * times)

    def rotate(self) -> None:
        """Sign with a new key, and publish both."""
        self.key_id = f"after {self.key_id}"
        self.published.append(self.key_id)

    def heard(self, path: str) -> list[Heard]:
        return [one for one in self.requests if one.path == path]

    def wire(self) -> httpx.AsyncBaseTransport:
        """A network that leads here alone."""
        return _Wire(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._faults and scope["path"] == self._faults[0][1]:
            await _fail(self._faults.popleft()[0], send)
        else:
            await self._app(scope, receive, send)

    def _describe(self) -> Any:
        @get("/.well-known/openid-configuration")
        async def describe() -> Json:
            document: dict[str, Any] = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["none", "HS256", self.algorithm],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "response_types_supported": ["code"],
            } | self.discovery
            return {name: value for name, value in document.items() if value is not None}

        return describe

    def _keys(self) -> Any:
        @get("/keys")
        async def keys() -> Json:
            unusable: list[Json] = [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}, {"kty": "new"}]
            listed = [public_jwk(self.algorithm, key_id) for key_id in self.published]
            return {"keys": unusable + listed}

        return keys

    def _authorize(self) -> Any:
        @get("/authorize")
        async def authorize(request: AnyRequest) -> Response[Any]:
            answer = answer_of(str(request.url), self.person) | {"iss": self.issuer}
            if request.query_params.get("response_mode") == "form_post":
                fields = "".join(f'<input name="{n}" value="{v}">' for n, v in answer.items())
                return Response(f"<form method=post>{fields}</form>", media_type="text/html")
            return Redirect(f"{request.query_params['redirect_uri']}?{urlencode(answer)}")

        return authorize

    def _redeem(self) -> Any:
        @post("/token", status_code=200)
        async def redeem(request: AnyRequest) -> Response[Any]:
            form = dict(parse_qsl((await request.body()).decode(), strict_parsing=True))
            if not self._is_our_client(form, request.headers.get("authorization")):
                return Response({"error": "invalid_client"}, status_code=401)
            grant = self._grant_of(form)
            if grant is None:
                return Response({"error": "invalid_grant"}, status_code=400)
            answer = {"token_type": "Bearer", "access_token": ACCESS_TOKEN, "expires_in": 60}
            if self.lie is not Lie.NO_TOKEN_AT_ALL:
                answer["id_token"] = self._id_token(grant)
            return Response(answer)

        return redeem

    def _userinfo(self) -> Any:
        @get("/userinfo")
        async def userinfo(request: AnyRequest) -> Response[Any]:
            if request.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
                return Response({"error": "invalid_token"}, status_code=401)
            subject = self.userinfo_subject or self.person.subject
            return Response({"sub": subject} | _profile(self.person))

        return userinfo

    def _is_our_client(self, form: dict[str, str], authorization: str | None) -> bool:
        if authorization is not None:
            kept = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
            return [unquote(one) for one in kept] == [CLIENT_ID, self.secret]
        if form.get("client_id") != CLIENT_ID:
            return False
        if self.apple_key is None:
            return form.get("client_secret") == self.secret
        options: Any = {"verify_exp": False, "verify_iat": False}
        claims = jwt.decode(
            form["client_secret"],
            self.apple_key,
            algorithms=["ES256"],
            audience=self.issuer,
            options=options,
        )
        now = self.clock().timestamp()
        return bool(claims["sub"] == CLIENT_ID and now < claims["exp"] <= now + 86_400)

    def _grant_of(self, form: dict[str, str]) -> Grant | None:
        """What the code stands for, if whoever brings it began, and brings it once."""
        try:
            grant = Grant.of(form["code"])
        except ValueError:
            return None
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        asked = (form["grant_type"], form["redirect_uri"], challenge)
        is_mine = asked == ("authorization_code", grant.redirect_uri, grant.code_challenge)
        if not is_mine or grant.client_id != CLIENT_ID or form["code"] in self._redeemed:
            return None
        self._redeemed.add(form["code"])
        self.person = grant.person
        return grant

    def _id_token(self, grant: Grant) -> str:
        if self.lie is Lie.NO_TOKEN:
            return "no token"
        now = int(self.clock().timestamp())
        claims: Json = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": grant.person.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            "at_hash": at_hash_of(ACCESS_TOKEN, self.algorithm),
        }
        if self.tells_in_token:
            claims |= _profile(grant.person)
        claims |= _LIES.get(self.lie, {})
        if self.lie in _SHIFTS:
            member, seconds = _SHIFTS[self.lie]
            claims[member] = now + seconds
        honest = {name: value for name, value in claims.items() if value is not None}
        return signed(honest, self.algorithm, self.key_id, self.lie)


_LIES: dict[Lie | None, Json] = {
    Lie.WRONG_NONCE: {"nonce": "another's"},
    Lie.NO_NONCE: {"nonce": None},
    Lie.WRONG_AUDIENCE: {"aud": "another-client"},
    Lie.AUDIENCES_WITHOUT_PARTY: {"aud": [CLIENT_ID, "another-client"]},
    Lie.WRONG_PARTY: {"azp": "another-client"},
    Lie.OTHER_ISSUER: {"iss": "http://another.test"},
    Lie.WRONG_ACCESS_TOKEN: {"at_hash": at_hash_of("another token", "RS256")},
    Lie.NO_SUBJECT: {"sub": None},
    Lie.ENDLESS_SUBJECT: {"sub": "x" * 256},
    Lie.TIMES_IN_WORDS: {"exp": "tomorrow"},
    Lie.ENDLESS_TOKEN: {"picture": "x" * 20_000},
}
_SHIFTS: dict[Lie | None, tuple[str, int]] = {
    Lie.EXPIRED: ("exp", -61),
    Lie.FROM_THE_FUTURE: ("iat", 120),
    Lie.NOT_YET: ("nbf", int(timedelta(minutes=5).total_seconds())),
}


def _profile(person: Person) -> Json:
    told = {
        "email": person.email,
        "email_verified": person.email_verified,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "name": person.name,
    }
    return {name: value for name, value in told.items() if value is not None}


async def _fail(fault: Fault, send: Send) -> None:
    status, headers, body = 200, [(b"content-type", b"application/json")], b"{}"
    match fault:
        case Fault.BROKEN:
            raise ConnectionResetError
        case Fault.HANG:
            await asyncio.Event().wait()
        case Fault.SERVER_ERROR:
            status = 500
        case Fault.RATE_LIMITED:
            status = 429
        case Fault.HUGE:
            body = b'{"x": "' + b"x" * 300_000 + b'"}'
        case Fault.NONSENSE:
            body = b"<html>busy</html>"
        case Fault.NO_OBJECT:
            body = b"[]"
        case Fault.REDIRECT:
            status, headers = 302, [(b"location", b"http://169.254.169.254/")]
        case Fault.PACKED:
            headers.append((b"content-encoding", b"gzip"))
        case Fault.FACEBOOK_BAD_CODE:
            status = 400
            body = b'{"error": {"message": "...", "type": "OAuthException", "code": 100}}'
        case Fault.REFUSED_CLIENT:
            status, body = 401, b'{"error": "invalid_client"}'
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class _Wire(httpx.ASGITransport):
    """Carries requests to the double; a fault in there is a broken connection, as on a wire."""

    def __init__(self, double: OidcDouble) -> None:
        super().__init__(app=double)  # type: ignore[arg-type]  # Litestar's types are narrower.
        self._double = double

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not str(request.url).startswith(f"{self._double.issuer}/"):
            raise httpx.ConnectError("nobody lives there")
        form = dict(parse_qsl((await request.aread()).decode()))
        heard = Heard(request.method, request.url.path, form, dict(request.headers))
        self._double.requests.append(heard)
        try:
            return await super().handle_async_request(request)
        except ConnectionError as error:
            raise httpx.ReadError("broken") from error
