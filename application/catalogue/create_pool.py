"""An organisation sets part of an event's room aside for several ticket types together."""

from dataclasses import dataclass

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.catalogue.errors import PoolNameTaken, TooManyPools
from domain.catalogue.pool import POOLS_MAX, Pool, known_units
from domain.shared.ids import AllotmentId, EventId, PoolId
from domain.shared.permissions import Permission


class CreatePoolCommand(Command, kw_only=True):
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CreatePool:
    """Name the pool and count it from zero; nothing draws on it yet.

    Raises EventNotFound, Forbidden, EventStatusConflict, PoolNameTaken, TooManyPools, Invalid.
    """

    begin: BeginCatalogue
    access: EventAccess
    ids: IdFactory

    async def __call__(self, actor: Actor, event_id: EventId, command: CreatePoolCommand) -> PoolId:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        quantity = known_units(command.quantity)
        pool = Pool(
            organization_id=organization_id,
            id=PoolId(self.ids.new()),
            event_id=event_id,
            name=command.name,
        )
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.refuse_cancelled()
            others = await tx.pools.of_event(event_id)
            if len(others) >= POOLS_MAX:
                raise TooManyPools(maximum=POOLS_MAX)
            if pool.name in {other.name for other in others}:
                raise PoolNameTaken(name=pool.name)
            await tx.stock.open(AllotmentId(pool.id), "pool", event_id, quantity, pool.name)
            await tx.stock.touch_offer(event_id)
            tx.remember(pool.id)
        return pool.id
