"""An organisation withdraws a kind of ticket that nobody ever ordered."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from domain.catalogue.errors import NoTicketTypes
from domain.catalogue.phase import Intent
from domain.shared.ids import AllotmentId, EventId, TicketTypeId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class DeleteTicketType:
    """Remove the type and its stock.

    Raises EventNotFound, TicketTypeNotFound, Forbidden, EventStatusConflict, TicketTypeHasSales,
    and NoTicketTypes for the last one of a published event.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(self, actor: Actor, event_id: EventId, ticket_type_id: TicketTypeId) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.refuse_cancelled()
            ticket_type = await tx.ticket_types.get(event_id, ticket_type_id)
            others = len(await tx.ticket_types.of_event(event_id)) - 1
            if event.intent is Intent.PUBLISHED and not others:
                raise NoTicketTypes
            allotment_id = AllotmentId(ticket_type_id)
            await tx.stock.lock([AllotmentId(event_id), allotment_id])
            await tx.ticket_types.remove(ticket_type)
            await tx.stock.close(event_id, [allotment_id])
            await tx.stock.touch_offer(event_id)
