"""What is shown of people, organisations, and how they come in."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from application.shared.messages import AddressFields, View
from domain.identity.invitation import InvitationStatus
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.payout_account import PayoutAccountStatus, PayoutProvider
from domain.identity.team import Standing
from domain.shared.ids import (
    EventId,
    InvitationId,
    LinkedIdentityId,
    OrganizationId,
    PasskeyId,
    SessionId,
    UserId,
)
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
    visit_reason: str | None
    """Why our support looks at the product as you see it; of any other session absent."""


class MembershipView(View):
    organization_id: OrganizationId
    organization_name: str
    role: Role
    event_ids: list[EventId] | None
    """The events for which they work; null is every event."""


class MeView(UserView):
    email_verified: bool
    phone: str | None
    two_factor_enabled: bool
    """Whether signing in takes a second step."""
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
