"""What the OAuth provider asks of the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from application.identity.ports import Client
from application.shared.messages import Command, View
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.identity.grant import Grant
from domain.identity.oauth_client import OAuthClient
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, UserId


class OAuthClients(Protocol):
    # Whoever's it is, if it is not revoked and its organisation is neither suspended nor closed.
    # Raises OAuthClientNotFound.
    async def living(self, client_id: OAuthClientId) -> OAuthClient: ...

    # Alone until the commit. Raises OAuthClientNotFound.
    async def lock(
        self, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> OAuthClient: ...

    # How many are not revoked; no other client of the organisation is made until the commit.
    async def count(self, organization_id: OrganizationId) -> int: ...
    async def add(self, client: OAuthClient) -> None: ...
    async def save(self, client: OAuthClient) -> None: ...  # Raises StaleVersion.


class Grants(Protocol):
    # Alone until the commit. Raises InvalidGrant.
    async def lock(self, grant_id: GrantId) -> Grant: ...

    # The same by the hash of its code, of its refresh token, of the one before, or of an access
    # token that was not dropped.
    async def lock_by(self, secret_hash: bytes) -> Grant: ...

    # A person's own. Raises AuthorizationNotFound.
    async def lock_own(self, user_id: UserId, grant_id: GrantId) -> Grant: ...
    async def add(self, grant: Grant) -> None: ...
    async def save(self, grant: Grant) -> None: ...  # Raises StaleVersion.

    # All that a client was given ends, with the tokens.
    async def end_all(self, client_id: OAuthClientId, at: datetime) -> None: ...

    # Those of the client that ended or expired before are dropped.
    async def forget(self, client_id: OAuthClientId, before: datetime) -> None: ...


class OAuthTransaction(Transaction, Protocol):
    @property
    def oauth_clients(self) -> OAuthClients: ...
    @property
    def grants(self) -> Grants: ...


class GrantTokens(Protocol):
    """Both tokens of a grant. A refresh token names its grant under our seal, as that of a session
    does (`SessionTokens`).
    """

    # The first of a grant; the secret has 256 random bits.
    def first_refresh_token(self, grant_id: GrantId, secret: str) -> str: ...

    # None for whatever no key of ours sealed.
    def grant_of(self, token: str) -> GrantId | None: ...

    # What each of our keys makes of it for this asker, the present one first: the same for the same
    # token, and nobody can tell it who only has the token.
    def successors_of(self, token: str, grant_id: GrantId, asker: str) -> Sequence[str]: ...

    # The one that is told with this refresh token.
    def access_token_with(self, refresh_token: str) -> str: ...


BeginOAuth = Callable[[Scope], AbstractAsyncContextManager[OAuthTransaction]]


class RememberedGrants(Protocol):
    """What this process remembers of access tokens; other processes forget within 5 s."""

    def forget_grant(self, grant_id: GrantId) -> None: ...
    def forget_client(self, client_id: OAuthClientId) -> None: ...


class OAuthClientIssued(Struct, frozen=True):
    """`secret` is told once and kept nowhere; a public client has none."""

    client_id: OAuthClientId
    secret: str | None


class AuthorizationWish(Command):
    """What an application asks a person for, as its link said it."""

    client_id: OAuthClientId
    redirect_uri: str
    scope: str
    """Words with a space between them."""
    state: str = ""
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    response_type: str = "code"


class Authenticated(Struct, frozen=True):
    """What a client proved itself with at the token endpoint."""

    client_id: OAuthClientId | None
    secret: str | None


class TokenRequest(Struct, frozen=True, kw_only=True):
    """A form of RFC 6749."""

    grant_type: str
    client: Authenticated
    sent_from: Client
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    refresh_token: str | None = None
    scope: str | None = None


class IssuedTokens(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As RFC 6749 answers: its names are not ours."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str | UnsetType = UNSET


class OAuthClientView(View):
    id: OAuthClientId
    organization_id: OrganizationId
    name: str
    is_confidential: bool
    redirect_uris: list[str]
    scopes: list[str]
    created_by: UserId
    created_at: datetime
    revoked_at: datetime | None


class AskedScope(View):
    scope: str
    meaning: str


class ConsentView(View):
    """What a consent screen shows; looking changes nothing."""

    client_id: OAuthClientId
    client_name: str
    organization_name: str
    redirect_uri: str
    scopes: list[AskedScope]


class AuthorizationView(View):
    id: GrantId
    client_name: str
    organization_name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


class IntrospectedToken(Struct, frozen=True, omit_defaults=True):
    """As RFC 7662 answers."""

    active: bool
    scope: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    sub: str | UnsetType = UNSET
    exp: int | UnsetType = UNSET
    iss: str | UnsetType = UNSET
