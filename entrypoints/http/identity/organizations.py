"""The doors to organisations and their members."""

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from application.identity.add_member import AddMember, AddMemberCommand
from application.identity.create_organization import CreateOrganization, CreateOrganizationCommand
from application.identity.queries import MemberView, OrganizationQueries, OrganizationView
from application.identity.remove_member import RemoveMember
from application.identity.update_organization import UpdateOrganization, UpdateOrganizationCommand
from application.shared.actor import Actor, authorize
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given


class OrganizationController(Controller):
    path = "/organizations"
    tags = ("Organizations",)

    @post(operation_id="create_organization", summary="Found an organisation")
    async def create_organization(
        self,
        data: JSONBody[CreateOrganizationCommand],
        person: Given[Actor],
        create_organization: Given[CreateOrganization],
        organization_queries: Given[OrganizationQueries],
    ) -> Response[OrganizationView]:
        organization_id = await create_organization(person, data)
        view = await organization_queries.get_organization(_visible_to(person), organization_id)
        return Response(view, headers={"Location": f"/api/v1/organizations/{organization_id}"})

    @get(operation_id="list_organizations", summary="List your organisations")
    async def list_organizations(
        self,
        actor: Given[Actor],
        organization_queries: Given[OrganizationQueries],
        page: Given[PageRequest],
    ) -> Page[OrganizationView]:
        return await organization_queries.list_organizations(_visible_to(actor), page)

    @get("/{organization_id:uuid}", operation_id="get_organization", summary="Show an organisation")
    async def get_organization(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        return await organization_queries.get_organization(_visible_to(actor), organization_id)

    @patch(
        "/{organization_id:uuid}",
        operation_id="update_organization",
        summary="Change an organisation",
    )
    async def update_organization(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[UpdateOrganizationCommand],
        actor: Given[Actor],
        update_organization: Given[UpdateOrganization],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        await update_organization(actor, organization_id, data)
        return await organization_queries.get_organization(_visible_to(actor), organization_id)

    @put(
        "/{organization_id:uuid}",
        operation_id="update_organization__alias_1",
        summary="Change an organisation (use PATCH)",
        deprecated=True,
    )
    async def update_organization__alias_1(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[UpdateOrganizationCommand],
        actor: Given[Actor],
        update_organization: Given[UpdateOrganization],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        await update_organization(actor, organization_id, data)
        return await organization_queries.get_organization(_visible_to(actor), organization_id)

    @get("/{organization_id:uuid}/members", operation_id="list_members", summary="List members")
    async def list_members(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        organization_queries: Given[OrganizationQueries],
        page: Given[PageRequest],
    ) -> Page[MemberView]:
        authorize(actor, Permission.MEMBERS_VIEW, organization_id)
        scope = actor.within(organization_id)
        return await organization_queries.list_members(scope, organization_id, page)

    @post("/{organization_id:uuid}/members", operation_id="add_member", summary="Add a member")
    async def add_member(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[AddMemberCommand],
        actor: Given[Actor],
        add_member: Given[AddMember],
        organization_queries: Given[OrganizationQueries],
    ) -> Response[MemberView]:
        user_id = await add_member(actor, organization_id, data)
        scope = actor.within(organization_id)
        view = await organization_queries.get_member(scope, organization_id, user_id)
        path = f"/api/v1/organizations/{organization_id}/members/{user_id}"
        return Response(view, headers={"Location": path})

    @delete(
        "/{organization_id:uuid}/members/{user_id:uuid}",
        operation_id="remove_member",
        summary="Remove a member",
    )
    async def remove_member(
        self,
        organization_id: FromPath[OrganizationId],
        user_id: FromPath[UserId],
        actor: Given[Actor],
        remove_member: Given[RemoveMember],
    ) -> None:
        await remove_member(actor, organization_id, user_id)


def _visible_to(actor: Actor) -> Scope:
    """Their own organisations, a key its one; platform administrators see every one."""
    if actor.is_platform_admin:
        return Scope(kind="system", session_id=actor.session_id)
    return actor.as_person() if actor.is_person else actor.within(*actor.memberships)
