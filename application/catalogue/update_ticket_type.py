"""An organisation changes a kind of ticket."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from application.catalogue.create_ticket_type import PoolShareFields, known_pools
from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, CatalogueTransaction, WaysToPay
from application.shared.actor import Actor
from application.shared.messages import Command, Instant, changes_of
from domain.catalogue.errors import DrawsFixed
from domain.catalogue.ticket_type import (
    Draw,
    TicketType,
    TicketTypeStatus,
    known_quantity,
    own_draws,
    price_of,
)
from domain.shared.ids import AllotmentId, EventId, TicketTypeId
from domain.shared.period import Period
from domain.shared.permissions import Permission


class UpdateTicketTypeCommand(Command):
    """What is not set stays as it is."""

    name: str | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    price: Decimal | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    min_per_order: int | UnsetType = UNSET
    max_per_order: int | UnsetType = UNSET
    max_per_customer: int | None | UnsetType = UNSET
    event_units: int | UnsetType = UNSET
    pools: list[PoolShareFields] | UnsetType = UNSET
    """All of them: what is not named is drawn on no more."""
    sales_start: Instant | None | UnsetType = UNSET
    sales_end: Instant | None | UnsetType = UNSET
    status: TicketTypeStatus | UnsetType = UNSET
    sort_order: int | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateTicketType:
    """Change the named fields; quotes made before are refused from now on, orders keep their price.

    What a ticket draws on changes only while none is sold, held or waited for: orders remember it.
    Raises EventNotFound, TicketTypeNotFound, PoolNotFound, Forbidden, EventStatusConflict,
    NoWayToPay, CapacityBelowSold, DrawsFixed, TicketTypeNameTaken, Invalid.
    """

    begin: BeginCatalogue
    access: EventAccess
    ways_to_pay: WaysToPay

    async def __call__(
        self,
        actor: Actor,
        event_id: EventId,
        ticket_type_id: TicketTypeId,
        command: UpdateTicketTypeCommand,
    ) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        can_take_money = await self.ways_to_pay.can_take_money(organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            ticket_type = await tx.ticket_types.get(event_id, ticket_type_id)
            draws = await _draws(tx, ticket_type, command)
            changes = _changes(ticket_type, command) | {"draws": draws}
            edited = ticket_type.edited(changes, at=tx.now)
            event.refuse_cancelled()
            if edited.price != ticket_type.price:
                event.offer(edited.price, can_take_money=can_take_money)
            # Before the type's row: sales lock the stock, and then their lines refer to that row.
            drawn = {draw.allotment_id for draw in (*ticket_type.draws, *draws)}
            counts = await tx.stock.lock(drawn | {AllotmentId(event_id)})
            if draws != ticket_type.draws and (
                counts[AllotmentId(ticket_type_id)].taken
                or await tx.stock.is_awaited(event_id, ticket_type_id)
            ):
                raise DrawsFixed(ticket_type_id=ticket_type_id)
            await tx.ticket_types.save(edited)
            if isinstance(command.quantity, int):
                quantity = known_quantity(command.quantity)
                await tx.stock.resize(AllotmentId(ticket_type_id), quantity)
            await tx.stock.touch_offer(event_id)


async def _draws(
    tx: CatalogueTransaction, ticket_type: TicketType, command: UpdateTicketTypeCommand
) -> tuple[Draw, ...]:
    """What one ticket takes from now on."""
    if command.event_units is UNSET and command.pools is UNSET:
        return ticket_type.draws
    units = ticket_type.event_units if command.event_units is UNSET else command.event_units
    shares = (
        ticket_type.pools
        if command.pools is UNSET
        else await known_pools(tx, ticket_type.event_id, command.pools)
    )
    return own_draws(ticket_type.id, ticket_type.event_id, event_units=units, pools=shares)


def _changes(ticket_type: TicketType, command: UpdateTicketTypeCommand) -> dict[str, Any]:
    """The changes as the domain calls them; quantity and draws are the stock's."""
    changes = changes_of(command)
    for of_stock in ("quantity", "event_units", "pools"):
        changes.pop(of_stock, None)
    starts = changes.pop("sales_start", ticket_type.sales.starts)
    ends = changes.pop("sales_end", ticket_type.sales.ends)
    if isinstance(command.price, Decimal):
        changes["price"] = price_of(command.price, ticket_type.price.currency)
    return changes | {"sales": Period(starts, ends)}  # type: ignore[arg-type]  # As the command's types say.
