"""The organiser wants to have offered, now, what is free for those who wait."""

from dataclasses import dataclass

from application.sales.serve_waiting_lists import ServeWaitingLists
from application.sales.waiting_list_access import WaitingListAccess
from application.sales.waiting_list_ports import BeginWaitingList
from application.shared.actor import Actor
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class OfferPlaces:
    """Serve one event's line without waiting for the job; answers how many offers were made.

    Raises EventNotFound, Forbidden.
    """

    begin: BeginWaitingList
    access: WaitingListAccess
    serve: ServeWaitingLists

    async def __call__(self, actor: Actor, event_id: EventId) -> int:
        organization_id = await self.access.to_event(actor, event_id, Permission.ORDERS_CANCEL)
        mine = actor.within(organization_id)
        async with self.begin(mine) as tx:
            tx.remember(0)  # Takes the request's key before anything is offered.
        offered = await self.serve.of_event(organization_id, event_id)
        async with self.begin(mine) as tx:
            tx.remember(offered)
        return offered
