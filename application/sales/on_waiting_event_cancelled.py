"""An event will not take place: nobody waits for it any more."""

from dataclasses import dataclass

from application.sales.close_waiting_lists import CloseWaitingLists
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import EventId


@dataclass(frozen=True, slots=True)
class OnWaitingEventCancelled:
    """Close the event's waiting list. A repeat finds it closed, so it needs no `tx.once`."""

    close_waiting_lists: CloseWaitingLists

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        await self.close_waiting_lists(EventId(event.aggregate_id))
