"""Questions about people and organisations."""

from datetime import datetime
from typing import Protocol

from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.organization import OrganizationStatus, OrganizationType
from domain.identity.team import Standing
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Role


class UserView(View):
    id: UserId
    email: str
    first_name: str
    last_name: str
    role: Standing
    """Derived: admin of the platform, promoter, scanner or customer."""


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
