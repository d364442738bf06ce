"""An event goes back to the drawing board."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class UnpublishEvent:
    """Hide a published event and stop its sales.

    Raises EventNotFound, Forbidden, EventStatusConflict.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(self, actor: Actor, event_id: EventId) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_PUBLISH, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.unpublish(at=tx.now)
            await tx.events.save(event)
            tx.announce(event)
            await tx.stock.touch_offer(event_id)
