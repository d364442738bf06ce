"""Somebody who has an account is put to work in an organisation."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize
from application.shared.messages import Command
from application.shared.own_events import refuse_foreign
from domain.identity.errors import InvalidEventLimit, InviteByEmail
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Permission, Role


class AddMemberCommand(Command):
    """The person and what they are to be."""

    user_id: UserId
    role: Role
    event_ids: tuple[EventId, ...] | None = None
    """The events for which they work; without them, every event."""


@dataclass(frozen=True, slots=True)
class AddMember:
    """Give the person their role at once, unasked: for the operators of the platform.

    Raises NotFound, Forbidden, InviteByEmail, UserNotFound, AlreadyMember, InvalidEventLimit.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: AddMemberCommand
    ) -> UserId:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        if not actor.is_platform_admin:
            raise InviteByEmail
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            user = await tx.users.get(command.user_id)
            user.require_open()
            member = team.add(
                user.id, command.role, by=Role.OWNER, at=tx.now, event_ids=command.event_ids
            )
            await refuse_foreign(tx, organization_id, member.event_ids, InvalidEventLimit)
            await tx.teams.add(member)
            tx.remember(user.id)
        self.remembered.forget_user(user.id)
        return user.id
