"""An organisation renames a pool or changes how much it holds."""

import dataclasses
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue
from application.shared.actor import Actor
from application.shared.messages import Command
from domain.catalogue.errors import PoolNameTaken
from domain.catalogue.pool import known_units
from domain.shared.ids import AllotmentId, EventId, PoolId
from domain.shared.permissions import Permission


class UpdatePoolCommand(Command):
    """What is not set stays as it is."""

    name: str | UnsetType = UNSET
    quantity: int | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdatePool:
    """Change the named fields; quotes made before are refused from now on.

    Raises EventNotFound, PoolNotFound, Forbidden, EventStatusConflict, PoolNameTaken,
    CapacityBelowSold, Invalid.
    """

    begin: BeginCatalogue
    access: EventAccess

    async def __call__(
        self, actor: Actor, event_id: EventId, pool_id: PoolId, command: UpdatePoolCommand
    ) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.refuse_cancelled()
            pool = await tx.pools.get(event_id, pool_id)
            if isinstance(command.name, str):
                renamed = dataclasses.replace(pool, name=command.name)
                others = [other for other in await tx.pools.of_event(event_id) if other != pool]
                if renamed.name in {other.name for other in others}:
                    raise PoolNameTaken(name=renamed.name)
                await tx.pools.rename(renamed)
            await tx.stock.lock([AllotmentId(event_id), AllotmentId(pool_id)])
            if isinstance(command.quantity, int):
                await tx.stock.resize(AllotmentId(pool_id), known_units(command.quantity))
            await tx.stock.touch_offer(event_id)
