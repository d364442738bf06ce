"""An organisation offers a kind of ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, CatalogueTransaction, WaysToPay
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command, Instant
from domain.catalogue.errors import PoolNotFound, TooManyTicketTypes
from domain.catalogue.event import Event
from domain.catalogue.ticket_type import (
    TICKET_TYPES_MAX,
    PoolShare,
    TicketType,
    TicketTypeStatus,
    known_quantity,
    own_draws,
    price_of,
)
from domain.shared.ids import AllotmentId, EventId, PoolId, TicketTypeId
from domain.shared.period import Period
from domain.shared.permissions import Permission


class PoolShareFields(Command, kw_only=True):
    """So many units of one of the event's pools for each ticket."""

    pool_id: PoolId
    units: int = 1


class CreateTicketTypeCommand(Command, kw_only=True):
    name: str
    description: str | None = None
    price: Decimal
    """In the event's currency; a number or a string."""
    quantity: int
    min_per_order: int = 1
    max_per_order: int = 10
    max_per_customer: int | None = None
    """Over all orders of one customer, known by e-mail; as many as they like if absent."""
    event_units: int = 1
    """How much of the event's capacity one ticket takes: a family ticket, 4."""
    pools: list[PoolShareFields] = []
    """The event's pools that one ticket takes of, besides."""
    sales_start: Instant | None = None
    sales_end: Instant | None = None
    status: TicketTypeStatus = TicketTypeStatus.ACTIVE
    sort_order: int = 0
    metadata: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class CreateTicketType:
    """Describe the tickets and set their quantity aside.

    Raises EventNotFound, PoolNotFound, Forbidden, EventStatusConflict, NoWayToPay,
    TicketTypeNameTaken, TooManyTicketTypes, Invalid.
    """

    begin: BeginCatalogue
    access: EventAccess
    ids: IdFactory
    ways_to_pay: WaysToPay

    async def __call__(
        self, actor: Actor, event_id: EventId, command: CreateTicketTypeCommand
    ) -> TicketTypeId:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        can_take_money = await self.ways_to_pay.can_take_money(organization_id)
        quantity = known_quantity(command.quantity)
        ticket_type_id = TicketTypeId(self.ids.new())
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            event.offer(price_of(command.price, event.currency), can_take_money=can_take_money)
            if len(await tx.ticket_types.of_event(event_id)) >= TICKET_TYPES_MAX:
                raise TooManyTicketTypes(maximum=TICKET_TYPES_MAX)
            ticket_type = await _described(tx, event, ticket_type_id, command)
            allotment_id = AllotmentId(ticket_type_id)
            await tx.stock.open(allotment_id, "ticket_type", event_id, quantity)
            await tx.ticket_types.add(ticket_type)
            await tx.stock.touch_offer(event_id)
            tx.remember(ticket_type_id)
        return ticket_type_id


async def _described(
    tx: CatalogueTransaction,
    event: Event,
    ticket_type_id: TicketTypeId,
    command: CreateTicketTypeCommand,
) -> TicketType:
    pools = await known_pools(tx, event.id, command.pools)
    return TicketType(
        organization_id=event.organization_id,
        id=ticket_type_id,
        short_id=await tx.events.next_short_id(),
        event_id=event.id,
        name=command.name,
        description=command.description,
        price=price_of(command.price, event.currency),
        min_per_order=command.min_per_order,
        max_per_order=command.max_per_order,
        max_per_customer=command.max_per_customer,
        sales=Period(command.sales_start, command.sales_end),
        status=command.status,
        sort_order=command.sort_order,
        metadata=command.metadata,
        draws=own_draws(ticket_type_id, event.id, event_units=command.event_units, pools=pools),
        created_at=tx.now,
        updated_at=tx.now,
    )


async def known_pools(
    tx: CatalogueTransaction, event_id: EventId, named: Sequence[PoolShareFields]
) -> list[PoolShare]:
    """The shares of the event's own pools. Raises PoolNotFound."""
    if not named:
        return []
    known = {pool.id for pool in await tx.pools.of_event(event_id)}
    for position, share in enumerate(named):
        if share.pool_id not in known:
            raise PoolNotFound(pool_id=share.pool_id, field=f"pools[{position}].poolId")
    return [PoolShare(share.pool_id, share.units) for share in named]
