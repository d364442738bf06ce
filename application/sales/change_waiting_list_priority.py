"""The organiser moves somebody up or down the line."""

from dataclasses import dataclass

from application.sales.waiting_list_access import WaitingListAccess
from application.sales.waiting_list_ports import BeginWaitingList
from application.shared.actor import Actor
from application.shared.messages import Command
from domain.shared.ids import WaitingListEntryId
from domain.shared.permissions import Permission


class ChangeWaitingListPriorityCommand(Command):
    priority: int
    """Higher goes first; everybody joins with 0."""


@dataclass(frozen=True, slots=True)
class ChangeWaitingListPriority:
    """Give a waiting entry another priority.

    Raises WaitingListEntryNotFound, Forbidden, WaitingStatusConflict, InvalidPriority.
    """

    begin: BeginWaitingList
    access: WaitingListAccess

    async def __call__(
        self,
        actor: Actor,
        entry_id: WaitingListEntryId,
        command: ChangeWaitingListPriorityCommand,
    ) -> None:
        place = await self.access.to_staff_entry(actor, entry_id, Permission.ORDERS_CANCEL)
        async with self.begin(actor.within(place.organization_id)) as tx:
            entry = (await tx.entries.lock([entry_id]))[entry_id]
            entry.prioritize(command.priority)
            await tx.entries.save([entry])
