"""An organisation gives up a pool that nothing ever drew on."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from domain.catalogue.errors import PoolInUse, TicketTypeHasSales
from domain.shared.ids import AllotmentId, EventId, PoolId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class DeletePool:
    """Remove the pool and its stock.

    Raises EventNotFound, PoolNotFound, Forbidden, EventStatusConflict, and PoolInUse while a ticket
    type draws on it or if a unit of it was ever ordered.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(self, actor: Actor, event_id: EventId, pool_id: PoolId) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.refuse_cancelled()
            await tx.pools.get(event_id, pool_id)
            allotment_id = AllotmentId(pool_id)
            for ticket_type in await tx.ticket_types.of_event(event_id):
                if any(share.pool_id == pool_id for share in ticket_type.pools):
                    raise PoolInUse(pool_id=pool_id, ticket_type_id=ticket_type.id)
            await tx.stock.lock([AllotmentId(event_id), allotment_id])
            try:
                await tx.stock.close(event_id, [allotment_id])
            except TicketTypeHasSales as error:
                raise PoolInUse(pool_id=pool_id) from error
            await tx.stock.touch_offer(event_id)
