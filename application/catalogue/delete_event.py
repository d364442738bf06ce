"""An organisation drops a plan that nobody ever bought into."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from domain.catalogue.errors import EventHasOrders, TicketTypeHasSales
from domain.shared.ids import AllotmentId, EventId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    """Remove a draft, its ticket types, its pools and its stock.

    Raises EventNotFound, Forbidden, EventStatusConflict, EventHasOrders.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(self, actor: Actor, event_id: EventId) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.refuse_unless_draft()
            ticket_types = await tx.ticket_types.of_event(event_id)
            pools = await tx.pools.of_event(event_id)
            allotments = [
                AllotmentId(event_id),
                *(AllotmentId(kind.id) for kind in ticket_types),
                *(AllotmentId(pool.id) for pool in pools),
            ]
            await tx.stock.lock(allotments)
            try:
                for ticket_type in ticket_types:
                    await tx.ticket_types.remove(ticket_type)
                await tx.stock.close(event_id, allotments)
            except TicketTypeHasSales as error:
                raise EventHasOrders from error
            await tx.events.remove(event)
