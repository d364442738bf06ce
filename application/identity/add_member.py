"""An organisation takes in somebody who has an account."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize
from application.shared.emails import ReadEmail
from application.shared.messages import Command
from domain.identity.errors import MemberNotNamed
from domain.identity.user import Email
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Permission, Role


class AddMemberCommand(Command):
    """The person, by id or by e-mail address, and what they are to be."""

    role: Role
    user_id: UserId | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AddMember:
    """Give the person their role.

    Raises NotFound, Forbidden, OwnersOnly, UserNotFound, AlreadyMember, MemberNotNamed and
    InvalidEmail.
    """

    begin: BeginIdentity
    read_email: ReadEmail
    remembered: RememberedTokens

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: AddMemberCommand
    ) -> UserId:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        if (command.user_id is None) == (command.email is None):
            raise MemberNotNamed
        email_key = "" if command.email is None else Email(self.read_email(command.email)).key
        acting = Role.OWNER if actor.is_platform_admin else actor.memberships[organization_id]
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            if command.user_id is not None:
                user = await tx.users.get(command.user_id)
            else:
                user = await tx.users.with_email(email_key)
            user.require_open()
            await tx.teams.add(team.add(user.id, command.role, by=acting, at=tx.now))
            tx.remember(user.id)
        self.remembered.forget_user(user.id)
        return user.id
