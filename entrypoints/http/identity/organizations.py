"""The doors to organisations and their members."""

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from application.identity.add_member import AddMember, AddMemberCommand
from application.identity.change_member import ChangeMember, ChangeMemberCommand
from application.identity.close_organization import CloseOrganization
from application.identity.create_organization import CreateOrganization, CreateOrganizationCommand
from application.identity.invite_member import InviteMember, InviteMemberCommand
from application.identity.ports import SettingsFields
from application.identity.queries import InvitationQueries, OrganizationQueries
from application.identity.remove_member import RemoveMember
from application.identity.set_organization_status import (
    SetOrganizationStatus,
    SetOrganizationStatusCommand,
)
from application.identity.update_organization import UpdateOrganization, UpdateOrganizationCommand
from application.identity.views import InvitationView, MemberFilter, MemberView, OrganizationView
from application.shared.actor import Actor, authorize
from application.shared.messages import Command
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.errors import MemberNotNamed
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Permission, Role
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent


class NewMember(Command):
    """Who, by id or by e-mail address, and what they are to be."""

    role: Role
    user_id: UserId | None = None
    email: str | None = None
    event_ids: tuple[EventId, ...] | None = None
    """The events for which they are to work; without them, every event."""

    def command(self) -> AddMemberCommand | InviteMemberCommand:
        """Raises MemberNotNamed."""
        if self.email is not None and self.user_id is None:
            return InviteMemberCommand(email=self.email, role=self.role, event_ids=self.event_ids)
        if self.user_id is not None and self.email is None:
            return AddMemberCommand(user_id=self.user_id, role=self.role, event_ids=self.event_ids)
        raise MemberNotNamed


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

    @patch(
        "/{organization_id:uuid}/settings",
        operation_id="update_organization__alias_2",
        summary="Change an organisation's settings",
    )
    async def update_organization__alias_2(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[SettingsFields],
        actor: Given[Actor],
        update_organization: Given[UpdateOrganization],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        command = UpdateOrganizationCommand(settings=data)
        await update_organization(actor, organization_id, command)
        return await organization_queries.get_organization(_visible_to(actor), organization_id)

    @delete(
        "/{organization_id:uuid}",
        operation_id="close_organization",
        summary="Close an organisation",
    )
    async def close_organization(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        close_organization: Given[CloseOrganization],
    ) -> None:
        """For ever, and only while nobody holds orders for events to come."""
        await close_organization(actor, organization_id)

    @patch(
        "/{organization_id:uuid}/status",
        operation_id="set_organization_status",
        summary="Suspend an organisation, or let it work again",
    )
    async def set_organization_status(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[SetOrganizationStatusCommand],
        actor: Given[Actor],
        set_organization_status: Given[SetOrganizationStatus],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        """For the operators of the platform. A suspended organisation sells, publishes and changes
        nothing; its members look on, cancel orders and let in whoever has a ticket.
        """
        await set_organization_status(actor, organization_id, data)
        return await organization_queries.get_organization(_visible_to(actor), organization_id)

    @get("/{organization_id:uuid}/members", operation_id="list_members", summary="List members")
    async def list_members(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        organization_queries: Given[OrganizationQueries],
        page: Given[PageRequest],
        role: FromQuery[Role | None] = None,
        event_id: ByEvent = None,
    ) -> Page[MemberView]:
        """Those in a role, or those who work for an event."""
        authorize(actor, Permission.MEMBERS_VIEW, organization_id)
        scope = actor.within(organization_id)
        where = MemberFilter(role=role, event_id=event_id)
        return await organization_queries.list_members(scope, organization_id, page, where)

    @post("/{organization_id:uuid}/members", operation_id="add_member", summary="Invite a member")
    async def add_member(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[NewMember],
        actor: Given[Actor],
        add_member: Given[AddMember],
        invite_member: Given[InviteMember],
        organization_queries: Given[OrganizationQueries],
        invitation_queries: Given[InvitationQueries],
    ) -> Response[MemberView | InvitationView]:
        """By e-mail: they are asked by mail, whether they have an account or not. By `userId`, the
        operators of the platform add somebody at once.
        """
        scope = actor.within(organization_id)
        path = f"/api/v1/organizations/{organization_id}"
        command = data.command()
        if isinstance(command, InviteMemberCommand):
            invited = await invite_member(actor, organization_id, command)
            view = await invitation_queries.get_invitation(scope, organization_id, invited)
            return Response(view, headers={"Location": f"{path}/invitations/{invited}"})
        user_id = await add_member(actor, organization_id, command)
        member = await organization_queries.get_member(scope, organization_id, user_id)
        return Response(member, headers={"Location": f"{path}/members/{user_id}"})

    @patch(
        "/{organization_id:uuid}/members/{user_id:uuid}",
        operation_id="change_member",
        summary="Change a member",
    )
    async def change_member(
        self,
        organization_id: FromPath[OrganizationId],
        user_id: FromPath[UserId],
        data: JSONBody[ChangeMemberCommand],
        actor: Given[Actor],
        change_member: Given[ChangeMember],
        organization_queries: Given[OrganizationQueries],
    ) -> MemberView:
        """Their role, or the events for which they work."""
        await change_member(actor, organization_id, user_id, data)
        scope = actor.within(organization_id)
        return await organization_queries.get_member(scope, organization_id, user_id)

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
