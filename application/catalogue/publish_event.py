"""An event becomes visible and its tickets can be had."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, Organizers, WaysToPay
from application.shared.actor import Actor
from domain.catalogue.errors import OrganizerNotActive
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class PublishEvent:
    """Publish a draft that is ready.

    Raises EventNotFound, Forbidden, OrganizerNotActive, EventStatusConflict, NoTicketTypes,
    EventIsOver, NoWayToPay.
    """

    begin: BeginCatalogue
    access: EventAccess
    organizers: Organizers
    ways_to_pay: WaysToPay

    async def __call__(self, actor: Actor, event_id: EventId) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_PUBLISH, event_id)
        organizer = await self.organizers.organizer(organization_id)
        if not organizer.is_active:
            raise OrganizerNotActive
        can_take_money = await self.ways_to_pay.can_take_money(organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            prices = [kind.price for kind in await tx.ticket_types.of_event(event_id)]
            event.publish(prices, can_take_money=can_take_money, at=tx.now)
            await tx.events.save(event)
            tx.announce(event)
            await tx.stock.touch_offer(event_id)
