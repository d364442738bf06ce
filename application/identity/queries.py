"""Questions about people and organisations."""

from typing import Protocol

from application.identity.api_key_ports import ApiKeyView
from application.identity.oauth_ports import AuthorizationView, OAuthClientView
from application.identity.record_ports import AccountRecords
from application.identity.support_visit_ports import SupportVisitView
from application.identity.views import (
    ALL_MEMBERS,
    AccountFilter,
    AccountView,
    CustomDomainView,
    InvitationView,
    KeySetView,
    LinkedIdentityView,
    LivingSessionView,
    LoginProviderView,
    MemberFilter,
    MemberView,
    MeView,
    OrganizationView,
    OwnInvitationView,
    PasskeyView,
    PayoutAccountView,
    PreferencesView,
    RevenueSharesView,
    SecondFactorView,
)
from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.invitation import InvitationStatus
from domain.shared.ids import (
    ApiKeyId,
    InvitationId,
    LinkedIdentityId,
    OAuthClientId,
    OrganizationId,
    PasskeyId,
    UserId,
)


class FactorQueries(Protocol):
    """About the scope's person."""

    async def get_second_factor(self, scope: Scope) -> SecondFactorView: ...
    async def list_passkeys(self, scope: Scope) -> list[PasskeyView]: ...  # Oldest first.

    async def get_passkey(
        self, scope: Scope, passkey_id: PasskeyId
    ) -> PasskeyView: ...  # Raises PasskeyNotFound.


class UserQueries(Protocol):
    async def get_me(self, scope: Scope) -> MeView: ...  # The scope's person. Raises UserNotFound.


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


class AccountQueries(Protocol):
    """Accounts that were closed are not there."""

    async def get_preferences(self, scope: Scope) -> PreferencesView: ...  # The scope's person's.

    # One's own, and any for the platform's administrators. Raises UserNotFound.
    async def get_user(self, actor: Actor, user_id: UserId) -> AccountView: ...

    # For the answer to a change, which may have ended the session of whoever made it.
    async def get_changed_user(self, user_id: UserId) -> AccountView: ...  # Raises UserNotFound.

    # For the platform's administrators. Raises PlatformAdminsOnly, PersonRequired.
    async def list_users(
        self, actor: Actor, where: AccountFilter, page: PageRequest
    ) -> Page[AccountView]: ...


class RecordQueries(Protocol):
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
        self,
        scope: Scope,
        organization_id: OrganizationId,
        page: PageRequest,
        where: MemberFilter = ALL_MEMBERS,
    ) -> Page[MemberView]: ...

    async def get_member(
        self, scope: Scope, organization_id: OrganizationId, user_id: UserId
    ) -> MemberView: ...  # Raises MemberNotFound.


class LoginProviderQueries(Protocol):
    def list_login_providers(self) -> list[LoginProviderView]: ...  # As the settings name them.


class LinkedIdentityQueries(Protocol):
    # The scope's person's own, oldest first.
    async def list_identities(self, scope: Scope) -> list[LinkedIdentityView]: ...

    async def get_identity(
        self, scope: Scope, identity_id: LinkedIdentityId
    ) -> LinkedIdentityView: ...  # Raises IdentityNotFound.


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
