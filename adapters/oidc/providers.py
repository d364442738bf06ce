"""Sign-in with any OpenID Connect provider: code flow with PKCE, ID token checked by us."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog

from adapters.oidc import id_tokens
from adapters.oidc.configuration import Provider
from adapters.oidc.credentials import credentials_for
from adapters.oidc.documents import Description, ProviderDocuments
from adapters.oidc.fetching import Answer, ProviderCalls, Unanswered
from adapters.oidc.id_tokens import NotBelieved, Question
from application.identity.provider_ports import Returned
from application.identity.views import LoginProviderView
from application.shared.clock import Clock
from domain.identity.errors import (
    LoginProviderNotFound,
    ProviderNotBelieved,
    ProviderRefused,
)
from domain.identity.linked_identity import ProvenIdentity

log = structlog.get_logger("tixmo.login_providers")

_EMAIL_LONGEST = 320
_FACEBOOK_BAD_CODE = 100


class OidcProviders:
    """The providers of the settings. What they say is reported, what they sign is believed."""

    def __init__(
        self,
        providers: Sequence[Provider],
        calls: ProviderCalls,
        clock: Clock,
        *,
        address: str,
        allow_http: bool = False,
    ) -> None:
        """`address` is ours: providers send browsers back to a page under it."""
        self._providers = {one.name: one for one in providers}
        self._documents = {
            one.name: ProviderDocuments(one, calls, clock, allow_http=allow_http)
            for one in providers
        }
        self._calls = calls
        self._clock = clock
        self._address = address

    def list_login_providers(self) -> list[LoginProviderView]:
        return [
            LoginProviderView(name=one.name, kind=one.kind, label=one.label or one.name)
            for one in self._providers.values()
        ]

    def require(self, provider: str) -> None:
        """Raises LoginProviderNotFound."""
        if provider not in self._providers:
            raise LoginProviderNotFound

    def issuers(self) -> Collection[str]:
        return {one.issuer for one in self._providers.values()}

    async def authorization_url(
        self, provider: str, *, state: str, nonce: str, code_challenge: str
    ) -> str:
        """Where to send the person. Raises LoginProviderNotFound, LoginProviderDown."""
        self.require(provider)
        known = self._providers[provider]
        description = await self._documents[provider].description()
        asked = {
            "response_type": "code",
            "client_id": known.client_id,
            "redirect_uri": self._callback(known),
            "scope": " ".join(known.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        if known.kind == "apple":  # It gives names and addresses to nothing else.
            asked["response_mode"] = "form_post"
        parts = urlsplit(description.authorization_endpoint)
        query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
        return urlunsplit(parts._replace(query=query))

    async def identify(self, provider: str, returned: Returned) -> ProvenIdentity:
        """Who signed in there.

        Raises LoginProviderNotFound, LoginProviderDown, ProviderRefused, ProviderNotBelieved.
        """
        self.require(provider)
        known, documents = self._providers[provider], self._documents[provider]
        description = await documents.description()
        try:
            _check_sender(returned.issuer, description)
            tokens = await self._exchange(known, description, returned)
            access_token = _text(tokens.get("access_token"))
            asked = Question(known.issuer, known.client_id, returned.nonce, access_token)
            claims = await self._claims(tokens.get("id_token"), documents, description, asked)
            claims |= await self._more(claims, description, documents, access_token)
        except NotBelieved as error:
            log.warning("login_not_believed", provider=provider, why=str(error))
            raise ProviderNotBelieved from error
        return _proven(known, claims)

    def _callback(self, provider: Provider) -> str:
        # One of its own for each provider, so that no provider gets another one's code.
        return f"{self._address}/api/v1/auth/oidc/{provider.name}/callback"

    async def _exchange(
        self, provider: Provider, description: Description, returned: Returned
    ) -> dict[str, Any]:
        """The code for tokens. Raises ProviderRefused, LoginProviderDown."""
        who = credentials_for(provider, description, self._clock)
        form = {
            "grant_type": "authorization_code",
            "code": returned.code,
            "redirect_uri": self._callback(provider),
            "code_verifier": returned.code_verifier,
        }
        documents = self._documents[provider.name]
        try:
            answer = await self._calls.post(
                description.token_endpoint, form | who.form, basic=who.basic
            )
        except Unanswered as error:
            raise documents.down(f"token: {error}") from error
        if answer.status == 200:
            return answer.content
        if _is_bad_code(answer):
            log.info("login_refused", provider=provider.name)
            raise ProviderRefused
        # Our secret is wrong, or the provider is: the person can do nothing about either.
        raise documents.down(f"token: status {answer.status}, {_error_of(answer)}")

    async def _claims(
        self,
        token: object,
        documents: ProviderDocuments,
        description: Description,
        asked: Question,
    ) -> dict[str, Any]:
        """Raises NotBelieved, LoginProviderDown."""
        if not isinstance(token, str):
            raise NotBelieved("no token")
        algorithms = description.algorithms
        key = await documents.key(id_tokens.key_id_of(token, algorithms))
        return id_tokens.read(token, key, algorithms, asked, self._clock())

    async def _more(
        self,
        claims: dict[str, Any],
        description: Description,
        documents: ProviderDocuments,
        access_token: str | None,
    ) -> dict[str, Any]:
        """What the userinfo endpoint adds, where the token has no address.

        Raises NotBelieved, LoginProviderDown.
        """
        if "email" in claims or not description.userinfo_endpoint or not access_token:
            return {}
        try:
            answer = await self._calls.get(description.userinfo_endpoint, bearer=access_token)
        except Unanswered as error:
            raise documents.down(f"userinfo: {error}") from error
        if answer.status != 200:
            raise documents.down(f"userinfo: status {answer.status}")
        if answer.content.get("sub") != claims["sub"]:
            raise NotBelieved("sub of userinfo")
        told = ("email", "email_verified", "given_name", "family_name", "name")
        return {name: answer.content[name] for name in told if name in answer.content}


def _check_sender(issuer: str | None, description: Description) -> None:
    """RFC 9207: the answer is from the provider to which the question went."""
    if issuer is None:
        if description.authorization_response_iss_parameter_supported:
            raise NotBelieved("iss is missing beside the code")
    elif issuer != description.issuer:
        raise NotBelieved("iss beside the code")


def _is_bad_code(answer: Answer) -> bool:
    error = answer.content.get("error")
    if isinstance(error, dict):  # Facebook's Graph.
        return answer.status == 400 and error.get("code") == _FACEBOOK_BAD_CODE
    return answer.status in (400, 401) and error == "invalid_grant"


def _error_of(answer: Answer) -> str:
    """The provider's word for it, if it is one."""
    error = answer.content.get("error")
    if isinstance(error, dict):
        error = f"{error.get('type')} {error.get('code')}"
    return str(error)[:80]


def _proven(provider: Provider, claims: dict[str, Any]) -> ProvenIdentity:
    email = _text(claims.get("email"))
    if email is not None and len(email) > _EMAIL_LONGEST:
        email = None
    first, last = _text(claims.get("given_name")), _text(claims.get("family_name"))
    if first is None and last is None:
        first, _, last = (_text(claims.get("name")) or "").strip().partition(" ")
    return ProvenIdentity(
        provider=provider.name,
        issuer=provider.issuer,
        subject=claims["sub"],
        email=email,
        is_email_verified=_is_verified(claims, provider),
        first_name=first or None,
        last_name=last or None,
    )


def _is_verified(claims: dict[str, Any], provider: Provider) -> bool:
    """As the provider says, Apple also in words; where it says nothing, as the operator does."""
    said = claims.get("email_verified")
    if said is None:
        return provider.emails_are_verified
    return said is True or said == "true"


def _text(said: object) -> str | None:
    return said if isinstance(said, str) and said else None
