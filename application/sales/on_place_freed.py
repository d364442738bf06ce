"""Something came back, or came on sale: those who wait are served first."""

from dataclasses import dataclass

from application.sales.serve_waiting_lists import ServeWaitingLists
from application.sales.waiting_list_ports import WaitingListPlaces
from domain.sales.events import OrderCancelled, OrderExpired, PlaceLapsed, WaitingListLeft
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import EventId


@dataclass(frozen=True, slots=True)
class OnPlaceFreed:
    """Offer what is free at the event, if somebody waits for it.

    For speed alone: a job does the same for all events, and the public cannot take what is owed to
    the line. A repeat finds nothing to offer, so it needs no `tx.once`.
    """

    places: WaitingListPlaces
    serve: ServeWaitingLists

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        if isinstance(event, OrderExpired | OrderCancelled | PlaceLapsed | WaitingListLeft):
            where = event.event_id
        else:
            where = EventId(event.aggregate_id)
        for chance in await self.places.chances(1, where):
            await self.serve.of_event(chance.organization_id, chance.event_id)
