"""What a person is told who asks for all that identity holds on them."""

from datetime import datetime

from application.identity.views import (
    MeView,
    PasskeyView,
    PreferencesView,
    SecondFactorView,
)
from application.shared.messages import View
from domain.identity.account_link import LinkPurpose
from domain.identity.invitation import InvitationStatus
from domain.shared.ids import EventId, OrganizationId, SessionId
from domain.shared.permissions import Role


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


class MembershipRecordView(View):
    organization_id: OrganizationId
    organization_name: str
    role: Role
    event_ids: list[EventId] | None
    """The events for which they work; null is every event."""
    joined_at: datetime


class LinkedIdentityRecordView(View):
    """Who somebody is at a provider."""

    provider: str
    issuer: str
    subject: str
    email: str | None
    linked_at: datetime


class AuthorizationRecordView(View):
    """An application that was let in, also one that no longer is."""

    client_name: str
    organization_name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class SupportVisitRecordView(View):
    """When our support saw the product as this person sees it."""

    reason: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class ApiKeyRecordView(View):
    """A key that this person made; it is the organisation's."""

    organization_name: str
    name: str
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


class OAuthClientRecordView(View):
    """An application that this person registered; it is the organisation's."""

    organization_name: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


class InvitationRecordView(View):
    """One that came to this person, or that they sent; to whom is not theirs to be told here."""

    organization_name: str
    role: Role
    status: InvitationStatus
    is_sent: bool
    created_at: datetime
    closed_at: datetime | None


class AccountRecords(View):
    """Everything that identity holds on a person. Never secrets, and no hashes of them."""

    profile: MeView
    preferences: PreferencesView
    sessions: list[SessionRecordView]
    mailed_links: list[MailedLinkView]
    familiar_networks: list[FamiliarNetworkView]
    second_factor: SecondFactorView
    passkeys: list[PasskeyView]
    linked_identities: list[LinkedIdentityRecordView]
    authorizations: list[AuthorizationRecordView]
    memberships: list[MembershipRecordView]
    invitations: list[InvitationRecordView]
    support_visits: list[SupportVisitRecordView]
    api_keys: list[ApiKeyRecordView]
    oauth_clients: list[OAuthClientRecordView]
