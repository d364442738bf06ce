"""What signing in with a provider asks of the world."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.identity.account_ports import AccountTransaction
from application.shared.scope import Scope
from domain.identity.linked_identity import LinkedIdentity, ProvenIdentity
from domain.identity.login_flow import LoginFlow
from domain.shared.ids import UserId


class LoginFlows(Protocol):
    async def get(self, state_hash: bytes) -> LoginFlow: ...  # Raises LoginFlowEnded.
    async def lock(self, state_hash: bytes) -> LoginFlow: ...  # The same, alone until the commit.
    async def add(self, flow: LoginFlow) -> None: ...
    async def save(self, flow: LoginFlow) -> None: ...  # Raises StaleVersion.

    # A few that are over; what another transaction is forgetting is left to it.
    async def forget_expired(self, at: datetime) -> None: ...


class LinkedIdentities(Protocol):
    async def find(self, issuer: str, subject: str) -> LinkedIdentity | None: ...
    async def of_user(self, user_id: UserId) -> list[LinkedIdentity]: ...  # Oldest first.
    async def add(
        self, identity: LinkedIdentity
    ) -> None: ...  # IdentityTaken, at the latest on leaving.
    async def remove(self, identity: LinkedIdentity) -> None: ...


class LinkedAccountTransaction(AccountTransaction, Protocol):
    @property
    def linked_identities(self) -> LinkedIdentities: ...


class ProviderLoginTransaction(LinkedAccountTransaction, Protocol):
    @property
    def login_flows(self) -> LoginFlows: ...


BeginProviderLogin = Callable[[Scope], AbstractAsyncContextManager[ProviderLoginTransaction]]


class Returned(Struct, frozen=True, kw_only=True):
    """What a provider gave the person to bring to us, and what only we can add."""

    code: str
    code_verifier: str
    nonce: str
    issuer: str | None
    """As the provider named itself beside the code (RFC 9207)."""


class LoginProviders(Protocol):
    """The providers that the settings name. A network call may be behind each question."""

    # Raises LoginProviderNotFound.
    def require(self, provider: str) -> None: ...

    def issuers(self) -> Collection[str]: ...

    # Where to send the person. Raises LoginProviderNotFound, LoginProviderDown.
    async def authorization_url(
        self, provider: str, *, state: str, nonce: str, code_challenge: str
    ) -> str: ...

    # Raises LoginProviderNotFound, LoginProviderDown, ProviderRefused, ProviderNotBelieved.
    async def identify(self, provider: str, returned: Returned) -> ProvenIdentity: ...


class ShopAddresses(Protocol):
    """Where people may be sent back to with what the provider said."""

    # The address itself, or the first on the list for none. Raises RedirectNotAllowed.
    def allowed(self, redirect_uri: str | None) -> str: ...
