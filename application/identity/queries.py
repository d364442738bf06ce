"""Questions about people and organisations."""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from application.identity.api_key_ports import ApiKeyView
from application.identity.oauth_ports import AuthorizationView, OAuthClientView
from application.identity.support_visit_ports import SupportVisitView
from application.shared.actor import Actor
from application.shared.messages import AddressFields, View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.invitation import InvitationStatus
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.payout_account import PayoutAccountStatus, PayoutProvider
from domain.identity.team import Standing
from domain.shared.ids import (
    ApiKeyId,
    EventId,
    InvitationId,
    LinkedIdentityId,
    OAuthClientId,
    OrganizationId,
    PasskeyId,
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
    visit_reason: str | None
    """Why our support looks at the product as you see it; of any other session absent."""


class MembershipView(View):
    organization_id: OrganizationId
    organization_name: str
    role: Role
    event_ids: list[EventId] | None
    """The events for which they work; null is every event."""


class MeView(UserView):
    phone: str | None
    two_factor_enabled: bool
    """Whether signing in takes a second step."""
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
    allow_guest_checkout: bool
    """The same, under its other name."""
    primary_color: str | None
    secondary_color: str | None
    ticket_transfers_enabled: bool
    email_notifications: bool
    refund_policy: str | None
    privacy_policy_url: str | None
    terms_of_service_url: str | None


class OrganizationView(View):
    id: OrganizationId
    name: str
    slug: str
    type: OrganizationType
    status: OrganizationStatus
    status_reason: str | None
    """Why it was suspended or is pending."""
    settings: OrganizationSettingsView
    email: str | None
    phone: str | None
    website: str | None
    address: AddressFields | None
    logo_url: str | None
    created_at: datetime
    updated_at: datetime


class MemberView(View):
    user_id: UserId
    email: str
    first_name: str
    last_name: str
    role: Role
    event_ids: list[EventId] | None
    """The events for which they work; null is every event."""
    joined_at: datetime
    status: Literal["active"] = "active"
    """Others were invited and have not come yet."""


class MemberFilter(Struct, frozen=True, kw_only=True):
    role: Role | None = None
    event_id: EventId | None = None
    """Who works for this event, by limit or because they work for all."""


ALL_MEMBERS = MemberFilter()


class PasskeyView(View):
    id: PasskeyId
    name: str
    created_at: datetime
    last_used_at: datetime | None
    suspected_at: datetime | None
    """When it looked as if there were a copy; since then it signs in no more."""


class SecondFactorView(View):
    two_factor_enabled: bool
    """Whether signing in takes a second step."""
    app_enabled_at: datetime | None
    """Since when there is an authenticator app."""
    passkeys: int
    recovery_codes_left: int
    is_locked: bool
    """Too many wrong codes in a row: only a recovery code or a passkey helps."""


class FactorQueries(Protocol):
    """About the scope's person."""

    async def get_second_factor(self, scope: Scope) -> SecondFactorView: ...
    async def list_passkeys(self, scope: Scope) -> list[PasskeyView]: ...  # Oldest first.

    async def get_passkey(
        self, scope: Scope, passkey_id: PasskeyId
    ) -> PasskeyView: ...  # Raises PasskeyNotFound.


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


class SupportVisitQueries(Protocol):
    # Everybody's, newest first.
    async def list_support_visits(
        self, scope: Scope, page: PageRequest
    ) -> Page[SupportVisitView]: ...


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
        self,
        scope: Scope,
        organization_id: OrganizationId,
        page: PageRequest,
        where: MemberFilter = ALL_MEMBERS,
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


class InvitationView(View):
    id: InvitationId
    organization_id: OrganizationId
    email: str
    role: Role
    event_ids: list[EventId] | None
    """None is every event."""
    status: InvitationStatus
    invited_by: UserId
    created_at: datetime
    sent_at: datetime
    expires_at: datetime
    closed_at: datetime | None


class OwnInvitationView(View):
    """An invitation as the one who was invited sees it."""

    organization_id: OrganizationId
    organization_name: str
    email: str
    role: Role
    event_ids: list[EventId] | None
    """None is every event."""
    status: InvitationStatus
    expires_at: datetime
    token: str
    """For POST /invitations/{token}/accept or /decline."""


class InvitationQueries(Protocol):
    # Raises InvitationNotFound.
    async def get_invitation(
        self, scope: Scope, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> InvitationView: ...

    # Newest first.
    async def list_invitations(
        self,
        scope: Scope,
        organization_id: OrganizationId,
        status: InvitationStatus | None,
        page: PageRequest,
    ) -> Page[InvitationView]: ...

    # Those that wait for an answer from the actor's own address, if it was verified; the 100
    # newest.
    async def list_my_invitations(self, actor: Actor) -> Page[OwnInvitationView]: ...

    # Raises InvitationNotFound.
    async def show_invitation(self, token: str) -> OwnInvitationView: ...


class PayoutAccountView(View):
    provider: PayoutProvider
    account_id: str
    """The end of it."""
    status: PayoutAccountStatus
    created_at: datetime
    updated_at: datetime


class RevenueShareView(View):
    party_organization_id: OrganizationId | None
    party_name: str | None
    basis_points: int | None
    """Hundredths of a percent."""
    fixed_amount: str | None
    """For each ticket, in the currency of the event."""
    event_ids: list[EventId] | None
    """None is every event."""
    valid_from: datetime


class RevenueSharesView(View):
    shares: list[RevenueShareView]
    updated_at: datetime | None


class CustomDomainView(View):
    domain: str
    is_verified: bool
    verified_at: datetime | None
    record_name: str
    """The TXT record to set..."""
    record_value: str
    """...and what it has to say."""
    created_at: datetime


class TermsQueries(Protocol):
    """What the scope's organisation has agreed on."""

    # Raises PayoutAccountNotFound.
    async def get_payout_account(
        self, scope: Scope, organization_id: OrganizationId
    ) -> PayoutAccountView: ...

    async def get_revenue_shares(
        self, scope: Scope, organization_id: OrganizationId
    ) -> RevenueSharesView: ...

    # Raises CustomDomainNotFound.
    async def get_domain(
        self, scope: Scope, organization_id: OrganizationId
    ) -> CustomDomainView: ...


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
