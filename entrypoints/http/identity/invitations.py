"""The doors to invitations: of the organisation that writes them, and of whoever gets one."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.params import FromPath, FromQuery, PathParameter

from application.identity.accept_invitation import AcceptInvitation
from application.identity.decline_invitation import DeclineInvitation
from application.identity.queries import InvitationQueries, OrganizationQueries
from application.identity.resend_invitation import ResendInvitation
from application.identity.revoke_invitation import RevokeInvitation
from application.identity.views import InvitationView, OrganizationView, OwnInvitationView
from application.shared.actor import Actor, authorize
from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from application.shared.paging import Page, PageRequest
from domain.identity.invitation import InvitationStatus
from domain.shared.ids import InvitationId, OrganizationId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given

TOKEN_LONGEST = 200
Token = Annotated[str, PathParameter(max_length=TOKEN_LONGEST)]


class OrganizationInvitationController(Controller):
    path = "/organizations/{organization_id:uuid}/invitations"
    tags = ("Organizations",)

    @get(operation_id="list_invitations", summary="List invitations")
    async def list_invitations(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        invitation_queries: Given[InvitationQueries],
        page: Given[PageRequest],
        status: FromQuery[InvitationStatus | None] = None,
    ) -> Page[InvitationView]:
        """Newest first, answered and revoked ones too."""
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id, even_suspended=True)
        scope = actor.within(organization_id)
        return await invitation_queries.list_invitations(scope, organization_id, status, page)

    @get("/{invitation_id:uuid}", operation_id="get_invitation", summary="Show an invitation")
    async def get_invitation(
        self,
        organization_id: FromPath[OrganizationId],
        invitation_id: FromPath[InvitationId],
        actor: Given[Actor],
        invitation_queries: Given[InvitationQueries],
    ) -> InvitationView:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id, even_suspended=True)
        scope = actor.within(organization_id)
        return await invitation_queries.get_invitation(scope, organization_id, invitation_id)

    @post(
        "/{invitation_id:uuid}/resend",
        operation_id="resend_invitation",
        summary="Send an invitation again",
        status_code=200,
    )
    async def resend_invitation(
        self,
        organization_id: FromPath[OrganizationId],
        invitation_id: FromPath[InvitationId],
        actor: Given[Actor],
        resend_invitation: Given[ResendInvitation],
        invitation_queries: Given[InvitationQueries],
    ) -> InvitationView:
        """With another 7 days; the mail before counts no more. 3 times an hour at most."""
        await resend_invitation(actor, organization_id, invitation_id)
        scope = actor.within(organization_id)
        return await invitation_queries.get_invitation(scope, organization_id, invitation_id)

    @delete(
        "/{invitation_id:uuid}",
        operation_id="revoke_invitation",
        summary="Take an invitation back",
    )
    async def revoke_invitation(
        self,
        organization_id: FromPath[OrganizationId],
        invitation_id: FromPath[InvitationId],
        actor: Given[Actor],
        revoke_invitation: Given[RevokeInvitation],
    ) -> None:
        await revoke_invitation(actor, organization_id, invitation_id)


@get(
    "/users/me/invitations",
    operation_id="list_my_invitations",
    summary="List invitations to you",
    tags=["Users"],
)
async def list_my_invitations(
    person: Given[Actor], invitation_queries: Given[InvitationQueries]
) -> Page[OwnInvitationView]:
    """Those that wait for your answer, if your e-mail address was verified."""
    return await invitation_queries.list_my_invitations(person)


class InvitationController(Controller):
    path = "/invitations"
    tags = ("Invitations",)

    @get("/{token:str}", operation_id="show_invitation", summary="Read an invitation")
    async def show_invitation(
        self, token: Token, invitation_queries: Given[InvitationQueries]
    ) -> OwnInvitationView:
        """By the token of the newest mail; you need not be signed in."""
        return await invitation_queries.show_invitation(token)

    @post(
        "/{token:str}/accept",
        operation_id="accept_invitation",
        summary="Accept an invitation",
        status_code=200,
    )
    async def accept_invitation(
        self,
        token: Token,
        person: Given[Actor],
        accept_invitation: Given[AcceptInvitation],
        organization_queries: Given[OrganizationQueries],
    ) -> OrganizationView:
        """With whatever account you are signed in to: holding the token is enough."""
        organization_id = await accept_invitation(person, token)
        return await organization_queries.get_organization(person.as_person(), organization_id)

    @post(
        "/{token:str}/decline",
        operation_id="decline_invitation",
        summary="Decline an invitation",
        status_code=204,
    )
    async def decline_invitation(
        self,
        token: Token,
        keyed: Given[KeyedRequest | None],
        origin: Given[Origin],
        decline_invitation: Given[DeclineInvitation],
    ) -> None:
        """You need not be signed in."""
        await decline_invitation(token, keyed, origin)
