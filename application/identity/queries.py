"""Questions about people and organisations."""

from datetime import datetime
from typing import Literal, Protocol

from application.identity.api_key_ports import ApiKeyView
from application.identity.oauth_ports import AuthorizationView, OAuthClientView
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.team import Standing
from domain.shared.ids import (
    ApiKeyId,
    LinkedIdentityId,
    OAuthClientId,
    OrganizationId,
    SessionId,
    UserId,
)
from domain.shared.permissions import Role


class UserView(View):
    id: UserId
    email: str
    first_name: str
    last_name: str
    role: Standing
    """Derived: admin of the platform, promoter, scanner or customer."""


class LivingSessionView(View):
    id: SessionId
    device: str
    """In words, by what the client said of itself: `Firefox on Windows`."""
    ip: str | None
    """Where it was begun or last refreshed from."""
    created_at: datetime
    last_active_at: datetime
    """When it was begun or last refreshed."""
    expires_at: datetime
    """When it ends unless it is refreshed."""
    is_current: bool
    """Whether it is the session that asks."""


class MembershipView(View):
    organization_id: OrganizationId
    organization_name: str
    role: Role


class MeView(UserView):
    phone: str | None
    memberships: list[MembershipView]
    created_at: datetime


class OrganizationSettingsView(View):
    default_currency: str
    service_fee_percentage: str
    """Percent with two places."""
    service_fee_fixed: str
    """A sum per ticket in the default currency."""
    guest_checkout: bool
    """Whether people without an account may buy."""


class OrganizationView(View):
    id: OrganizationId
    name: str
    slug: str
    type: OrganizationType
    status: OrganizationStatus
    settings: OrganizationSettingsView
    created_at: datetime
    updated_at: datetime


class MemberView(View):
    user_id: UserId
    email: str
    first_name: str
    last_name: str
    role: Role
    joined_at: datetime


class UserQueries(Protocol):
    async def get_me(self, scope: Scope) -> MeView: ...  # The scope's person. Raises UserNotFound.


class KeyView(View):
    """One public key (RFC 7517, RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    """As in the header of the tokens that it verifies."""
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class KeySetView(View):
    keys: list[KeyView]


class KeyQueries(Protocol):
    # The public keys of all access tokens that are good now, and of those to come.
    def show_keys(self) -> KeySetView: ...


class SessionQueries(Protocol):
    # The living ones of the scope's person, newest first; the scope's session is the current one.
    async def list_sessions(self, scope: Scope, page: PageRequest) -> Page[LivingSessionView]: ...


class OrganizationQueries(Protocol):
    """A person's scope shows their own organisations, the system's scope shows all."""

    # Raises OrganizationNotFound.
    async def get_organization(
        self, scope: Scope, organization_id: OrganizationId
    ) -> OrganizationView: ...

    # Newest first.
    async def list_organizations(
        self, scope: Scope, page: PageRequest
    ) -> Page[OrganizationView]: ...

    # In the order of their accounts. Raises OrganizationNotFound outside the scope.
    async def list_members(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[MemberView]: ...

    async def get_member(
        self, scope: Scope, organization_id: OrganizationId, user_id: UserId
    ) -> MemberView: ...  # Raises MemberNotFound.


class LoginProviderView(View):
    name: str
    """As it stands in the paths of `/auth/oidc/...`."""
    kind: str
    """google, facebook, apple or oidc."""
    label: str
    """For the button."""


class LinkedIdentityView(View):
    id: LinkedIdentityId
    provider: str
    email: str | None
    """As the provider knew it when it was linked."""
    linked_at: datetime


class LoginProviderQueries(Protocol):
    def list_login_providers(self) -> list[LoginProviderView]: ...  # As the settings name them.


class LinkedIdentityQueries(Protocol):
    # The scope's person's own, oldest first.
    async def list_identities(self, scope: Scope) -> list[LinkedIdentityView]: ...

    async def get_identity(
        self, scope: Scope, identity_id: LinkedIdentityId
    ) -> LinkedIdentityView: ...  # Raises IdentityNotFound.


class ApiKeyQueries(Protocol):
    # Newest first.
    async def list_api_keys(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[ApiKeyView]: ...

    async def get_api_key(
        self, scope: Scope, organization_id: OrganizationId, key_id: ApiKeyId
    ) -> ApiKeyView: ...  # Raises ApiKeyNotFound.


class OAuthQueries(Protocol):
    # Newest first.
    async def list_oauth_clients(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[OAuthClientView]: ...

    async def get_oauth_client(
        self, scope: Scope, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> OAuthClientView: ...  # Raises OAuthClientNotFound.

    async def organization_name(self, organization_id: OrganizationId) -> str: ...

    # Those that a person gave and that still stand; newest first.
    async def list_authorizations(
        self, scope: Scope, page: PageRequest
    ) -> Page[AuthorizationView]: ...
