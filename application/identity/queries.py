"""Questions about people and organisations."""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.account_link import LinkPurpose
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.team import Standing
from domain.shared.ids import LinkedIdentityId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Role
from domain.shared.words import Word


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
    email_verified: bool
    phone: str | None
    avatar_url: str | None
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


class AccountView(UserView):
    """An account as the platform's administrators see it, and its owner."""

    email_verified: bool
    phone: str | None
    is_active: bool
    is_platform_admin: bool
    created_at: datetime
    last_login_at: datetime | None


class PreferencesView(View):
    locale: str
    timezone: str
    marketing_emails: bool
    organizer_emails: bool
    reminder_emails: bool
    waiting_list_emails: bool


class SessionRecordView(View):
    """A sign-in that we remember."""

    id: SessionId
    ip: str | None
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class MailedLinkView(View):
    """A mail that lets its reader do something once; its secret is nowhere."""

    purpose: LinkPurpose
    email: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class FamiliarNetworkView(View):
    """From where somebody signed in."""

    network: str
    seen_at: datetime


class AccountRecords(View):
    """Everything that identity holds on a person."""

    profile: MeView
    preferences: PreferencesView
    sessions: list[SessionRecordView]
    mailed_links: list[MailedLinkView]
    familiar_networks: list[FamiliarNetworkView]


class AccountStatus(Word):
    ACTIVE = "active"
    DISABLED = "disabled"


class AccountOrder(Word):
    """How a list of accounts is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    EMAIL = "email"


class AccountFilter(Struct, frozen=True, kw_only=True):
    q: str | None = None
    """A part of the address or of the name, in any case."""
    email: str | None = None
    status: AccountStatus | None = None
    role: Standing | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    sort: AccountOrder = AccountOrder.NEWEST


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


class AccountQueries(Protocol):
    """Accounts that were closed are not there."""

    async def get_preferences(self, scope: Scope) -> PreferencesView: ...  # The scope's person's.

    # One's own, and any for the platform's administrators. Raises UserNotFound.
    async def get_user(self, actor: Actor, user_id: UserId) -> AccountView: ...

    # For the platform's administrators. Raises Forbidden.
    async def list_users(
        self, actor: Actor, where: AccountFilter, page: PageRequest
    ) -> Page[AccountView]: ...

    async def get_records(self, scope: Scope) -> AccountRecords: ...  # Of the scope's person.


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
