"""An event will not take place."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from application.shared.messages import Command
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


class CancelEventCommand(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CancelEvent:
    """Cancel for ever; sales hear of it and cancel what is unpaid.

    Raises EventNotFound, Forbidden, EventStatusConflict, InvalidText.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(self, actor: Actor, event_id: EventId, command: CancelEventCommand) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_PUBLISH, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.cancel(command.reason, at=tx.now)
            await tx.events.save(event)
            tx.announce(event)
            await tx.stock.touch_offer(event_id)
