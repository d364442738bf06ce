"""A member gets another role, or other events."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize
from application.shared.messages import Command
from application.shared.own_events import refuse_foreign
from domain.identity.errors import InvalidEventLimit, NothingToChange
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Permission, Role


class ChangeMemberCommand(Command):
    """What is not set stays as it is; `eventIds` of null lifts the limit."""

    role: Role | UnsetType = UNSET
    event_ids: tuple[EventId, ...] | None | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """Only owners make or unmake owners, and one always stays.

    Raises NotFound, Forbidden, MemberNotFound, OwnersOnly, LastOwner, InvalidEventLimit,
    NothingToChange.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(
        self,
        actor: Actor,
        organization_id: OrganizationId,
        user_id: UserId,
        command: ChangeMemberCommand,
    ) -> None:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        role, event_ids = command.role, command.event_ids
        if isinstance(role, UnsetType) and isinstance(event_ids, UnsetType):
            raise NothingToChange
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            was = team.get(user_id)
            changed = team.change(
                user_id,
                role=was.role if isinstance(role, UnsetType) else role,
                event_ids=was.event_ids if isinstance(event_ids, UnsetType) else event_ids,
                by=actor.role_in(organization_id),
            )
            await refuse_foreign(tx, organization_id, changed.event_ids, InvalidEventLimit)
            await tx.teams.save(changed)
        self.remembered.forget_user(user_id)
