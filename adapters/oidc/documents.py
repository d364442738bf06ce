"""What a provider publishes of itself: its description and its keys, remembered for a while."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct

from adapters.oidc.configuration import Provider, is_address
from adapters.oidc.fetching import ProviderCalls, Unanswered
from application.shared.clock import Clock
from domain.identity.errors import LoginProviderDown

log = structlog.get_logger("tixmo.login_providers")

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
"""What may sign: an allow-list of ours; a provider's own list makes it shorter."""

REMEMBERED_FOR = timedelta(hours=1)
LOOKED_AGAIN_AFTER = timedelta(minutes=1)
"""How soon the keys are fetched again for one that is not among them."""
LEFT_ALONE_FOR = timedelta(seconds=5)
"""How long a provider that failed is not asked again, so that nobody queues for it."""

_RSA_BITS_MIN = 2048


class Description(Struct, frozen=True, kw_only=True):
    """The part of the discovery document that we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ALGORITHMS
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def algorithms(self) -> tuple[str, ...]:
        return tuple(one for one in ALGORITHMS if one in self.id_token_signing_alg_values_supported)


class ProviderDocuments:
    """One provider's. Whoever needs them at the same time waits for one fetch."""

    def __init__(
        self, provider: Provider, calls: ProviderCalls, clock: Clock, *, allow_http: bool = False
    ) -> None:
        self._provider = provider
        self._calls = calls
        self._clock = clock
        self._allow_http = allow_http
        self._lock = asyncio.Lock()
        self._description: Description | None = None
        self._described_at: datetime | None = None
        self._keys: list[jwt.PyJWK] = []
        self._keys_at: datetime | None = None
        self._failed_at: datetime | None = None

    async def description(self) -> Description:
        """With the keys at hand, so that no code is spent on what cannot be checked.

        Raises LoginProviderDown.
        """
        async with self._lock:
            if self._description is None or self._is_old(self._described_at, REMEMBERED_FOR):
                self._description = await self._described()
                self._described_at = self._clock()
            if self._is_old(self._keys_at, REMEMBERED_FOR):
                await self._fetch_keys(self._description.jwks_uri)
            return self._description

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id, or the only one there is; None if there is none.

        Raises LoginProviderDown.
        """
        jwks_uri = (await self.description()).jwks_uri
        async with self._lock:
            found = self._chosen(key_id)
            if found is None and self._is_old(self._keys_at, LOOKED_AGAIN_AFTER):
                await self._fetch_keys(jwks_uri)
                found = self._chosen(key_id)
            return found

    def _is_old(self, at: datetime | None, after: timedelta) -> bool:
        return at is None or self._clock() >= at + after

    def _chosen(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == key_id), None)

    async def _described(self) -> Description:
        provider = self._provider
        if provider.endpoints is not None:
            return Description(
                issuer=provider.issuer,
                authorization_endpoint=provider.endpoints.authorization_endpoint,
                token_endpoint=provider.endpoints.token_endpoint,
                jwks_uri=provider.endpoints.jwks_uri,
                token_endpoint_auth_methods_supported=("client_secret_post",),
            )
        issuer = provider.issuer.rstrip("/")
        document = await self._fetch(f"{issuer}/.well-known/openid-configuration")
        try:
            description = msgspec.convert(document, Description)
        except msgspec.ValidationError as error:
            raise self.down(f"discovery: {error}") from error
        fault = self._fault_of(description)
        if fault:
            raise self.down(f"discovery: {fault}")
        return description

    def _fault_of(self, description: Description) -> str:
        if description.issuer != self._provider.issuer:
            return "it is another issuer's"
        addresses = [
            description.authorization_endpoint,
            description.token_endpoint,
            description.jwks_uri,
            description.userinfo_endpoint or description.token_endpoint,
        ]
        if not all(is_address(one, self._allow_http) for one in addresses):
            return "an address is not https"
        return "" if description.algorithms else "it signs with nothing that we accept"

    async def _fetch_keys(self, jwks_uri: str) -> None:
        content = await self._fetch(jwks_uri)
        listed = content.get("keys")
        if not isinstance(listed, list):
            raise self.down("keys: there is no list of them")
        self._keys = [key for key in map(_usable, listed) if key is not None]
        self._keys_at = self._clock()

    async def _fetch(self, url: str) -> dict[str, Any]:
        if not self._is_old(self._failed_at, LEFT_ALONE_FOR):
            raise LoginProviderDown
        try:
            answer = await self._calls.get(url)
        except Unanswered as error:
            self._failed_at = self._clock()
            raise self.down(str(error)) from error
        if answer.status != 200:
            self._failed_at = self._clock()
            raise self.down(f"status {answer.status}")
        return answer.content

    def down(self, why: str) -> LoginProviderDown:
        """What to raise; the reason is for the operator alone."""
        log.warning("login_provider_down", provider=self._provider.name, why=why)
        return LoginProviderDown()


def _usable(listed: object) -> jwt.PyJWK | None:
    """The key, if it is for signatures and of a kind and size that we accept."""
    if not isinstance(listed, dict) or listed.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK.from_dict(listed)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if key.algorithm_name not in ALGORITHMS:
        return None
    is_small = isinstance(key.key, RSAPublicKey) and key.key.key_size < _RSA_BITS_MIN
    return None if is_small else key
