"""The OAuth provider's own doors (RFC 6749, 7009, 7636, 7662, 8414, 9207).

Applications speak forms here, and are refused in the words of the RFCs: `{"error": ...}`.
"""

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from application.identity.allow_application import AllowApplication, AllowApplicationCommand
from application.identity.introspect_token import IntrospectToken
from application.identity.issue_token import IssueToken
from application.identity.oauth_ports import (
    Authenticated,
    AuthorizationWish,
    ConsentView,
    IntrospectedToken,
    IssuedTokens,
    TokenRequest,
)
from application.identity.revoke_token import RevokeToken
from application.identity.show_consent import ShowConsent
from application.shared.actor import Actor
from application.shared.messages import View
from domain.identity.oauth_errors import InvalidClient, InvalidOAuthRequest, OAuthRefusal
from domain.identity.oauth_scope import OAuthScope
from domain.shared.ids import OAuthClientId
from domain.shared.permissions import PersonalScope
from entrypoints.http.given import Given
from entrypoints.http.identity.signed_in import client_of

AnyRequest = Request[Any, Any, State]

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
FORM = "application/x-www-form-urlencoded"
FIELDS_MAX = 20


class SentBackView(View):
    """Where the person's browser goes now."""

    redirect_to: str


def refuse_oauth(_: AnyRequest, refusal: OAuthRefusal) -> Response[dict[str, str]]:
    """401 for a client that did not prove itself, else 400, as RFC 6749 (5.2) has it."""
    headers = dict(NO_STORE)
    status = 400
    if isinstance(refusal, InvalidClient):
        status, headers["WWW-Authenticate"] = 401, 'Basic realm="oauth"'
    content = {"error": refusal.error, "error_description": refusal.detail}
    return Response(content, status_code=status, headers=headers, media_type="application/json")


BY_RFC_6749 = {"refuses_by_rfc_6749": True}
"""Their own refusals are not problems: clients of OAuth know these better."""


class OAuthController(Controller):
    path = "/oauth"
    tags = ("OAuth",)
    exception_handlers = {OAuthRefusal: refuse_oauth}  # Litestar's own attribute.

    @get(
        "/authorize",
        operation_id="show_consent",
        summary="Show what an application asks for",
        opt={"refuses": [422]},
    )
    async def show_consent(
        self,
        person: Given[Actor],
        show_consent: Given[ShowConsent],
        client_id: Annotated[OAuthClientId, QueryParameter(name="client_id")],
        redirect_uri: Annotated[str, QueryParameter(name="redirect_uri")],
        asked: Annotated[str, QueryParameter(name="scope")],
        browser_state: Annotated[str, QueryParameter(name="state")] = "",
        code_challenge: Annotated[str | None, QueryParameter(name="code_challenge")] = None,
        code_challenge_method: Annotated[
            str | None, QueryParameter(name="code_challenge_method")
        ] = None,
        response_type: Annotated[str, QueryParameter(name="response_type")] = "code",
    ) -> ConsentView:
        """For your consent screen, with the parameters of the application's link. It changes
        nothing.
        """
        wish = AuthorizationWish(
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=asked,
            state=browser_state,
            code_challenge=code_challenge,
            code_challenge_method=code_challenge_method,
            response_type=response_type,
        )
        return await show_consent(person, wish)

    @post(
        "/authorize",
        status_code=200,
        operation_id="allow_application",
        summary="Let an application in, or do not",
    )
    async def allow_application(
        self,
        data: JSONBody[AllowApplicationCommand],
        person: Given[Actor],
        allow_application: Given[AllowApplication],
    ) -> Response[SentBackView]:
        """Send the browser to `redirectTo`: it has the code, the `state` and who we are (`iss`).
        The code is good for 60 seconds, once.
        """
        sent = await allow_application(person, data)
        return Response(SentBackView(redirect_to=sent.redirect_to), headers=NO_STORE)

    @post(
        "/token",
        status_code=200,
        operation_id="issue_token",
        summary="Get tokens",
        opt=BY_RFC_6749,
    )
    async def issue_token(
        self, request: AnyRequest, issue_token: Given[IssueToken]
    ) -> Response[IssuedTokens]:
        """A form: `grant_type` is authorization_code (with `code`, `redirect_uri` and
        `code_verifier`), refresh_token or client_credentials. The client proves itself by HTTP
        Basic, or by `client_id` and `client_secret` in the form. Refusals are `{"error": ...}` as
        in RFC 6749.
        """
        form = await _form(request)
        tokens = await issue_token(
            TokenRequest(
                grant_type=form.get("grant_type", ""),
                client=_client(request, form),
                sent_from=client_of(request),
                code=form.get("code"),
                redirect_uri=form.get("redirect_uri"),
                code_verifier=form.get("code_verifier"),
                refresh_token=form.get("refresh_token"),
                scope=form.get("scope"),
            )
        )
        return Response(tokens, headers=NO_STORE)

    @post(
        "/revoke",
        status_code=200,
        operation_id="revoke_token",
        summary="Give a token back",
        opt=BY_RFC_6749,
    )
    async def revoke_token(self, request: AnyRequest, revoke_token: Given[RevokeToken]) -> None:
        """A form with `token`. A refresh token takes everything with it; an unknown one is 200."""
        form = await _form(request)
        await revoke_token(_client(request, form), _needed(form, "token"))

    @post(
        "/introspect",
        status_code=200,
        operation_id="introspect_token",
        summary="Ask whether a token is good",
        opt=BY_RFC_6749,
    )
    async def introspect_token(
        self, request: AnyRequest, introspect_token: Given[IntrospectToken]
    ) -> Response[IntrospectedToken]:
        """A form with `token`; for confidential clients, about their own tokens."""
        form = await _form(request)
        told = await introspect_token(_client(request, form), _needed(form, "token"))
        return Response(told, headers=NO_STORE)


@get("/.well-known/oauth-authorization-server", include_in_schema=False)
async def show_oauth_metadata(oauth_issuer: Given[str]) -> dict[str, Any]:
    """Where everything is, for applications (RFC 8414)."""
    base = f"{oauth_issuer}/api/v1/oauth"
    everything = OAuthScope.of([*(scope.value for scope in PersonalScope)]).words()
    return {
        "issuer": oauth_issuer,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "revocation_endpoint": f"{base}/revoke",
        "introspection_endpoint": f"{base}/introspect",
        "scopes_supported": everything,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{oauth_issuer}/api/v1/docs",
    }


async def _form(request: AnyRequest) -> dict[str, str]:
    """The fields, each sent once. Raises InvalidOAuthRequest."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise InvalidOAuthRequest(f"Send a form: {FORM}.")
    try:
        fields = parse_qsl(
            (await request.body()).decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=FIELDS_MAX,
            errors="strict",
        )
    except (UnicodeError, ValueError) as error:
        raise InvalidOAuthRequest("The form cannot be read.") from error
    if len({name for name, _ in fields}) != len(fields) or any(
        "\0" in value for _, value in fields
    ):
        raise InvalidOAuthRequest("Each parameter is sent once, without NUL characters.")
    return dict(fields)


def _needed(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise InvalidOAuthRequest(f"{name} is missing.")
    return form[name]


def _client(request: AnyRequest, form: dict[str, str]) -> Authenticated:
    """By one way only (RFC 6749, 2.3). Raises InvalidOAuthRequest, InvalidClient."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    named, secret = form.get("client_id"), form.get("client_secret")
    if scheme.lower() == "basic":
        if secret is not None:
            raise InvalidOAuthRequest("Prove yourself in one way.")
        try:
            text = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise InvalidClient from error
        user, _, password = text.partition(":")
        if named is not None and named != unquote_plus(user):
            raise InvalidClient
        named, secret = unquote_plus(user), unquote_plus(password)
    try:
        return Authenticated(OAuthClientId(UUID(named)) if named else None, secret or None)
    except ValueError as error:
        raise InvalidClient from error
