"""An organisation changes a kind of ticket."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, WaysToPay
from application.shared.actor import Actor
from application.shared.messages import Command, Instant, changes_of
from domain.catalogue.ticket_type import TicketType, TicketTypeStatus, known_quantity, price_of
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
    sales_start: Instant | None | UnsetType = UNSET
    sales_end: Instant | None | UnsetType = UNSET
    status: TicketTypeStatus | UnsetType = UNSET
    sort_order: int | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateTicketType:
    """Change the named fields; quotes made before are refused from now on, orders keep their price.

    Raises EventNotFound, TicketTypeNotFound, Forbidden, EventStatusConflict, NoWayToPay,
    CapacityBelowSold, TicketTypeNameTaken, Invalid.
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
            edited = ticket_type.edited(_changes(ticket_type, command), at=tx.now)
            event.refuse_cancelled()
            if edited.price != ticket_type.price:
                event.offer(edited.price, can_take_money=can_take_money)
            # Before the type's row: sales lock the stock, and then their lines refer to that row.
            await tx.stock.lock([AllotmentId(event_id), AllotmentId(ticket_type_id)])
            await tx.ticket_types.save(edited)
            if isinstance(command.quantity, int):
                quantity = known_quantity(command.quantity)
                await tx.stock.resize(AllotmentId(ticket_type_id), quantity)
            await tx.stock.touch_offer(event_id)


def _changes(ticket_type: TicketType, command: UpdateTicketTypeCommand) -> dict[str, Any]:
    """The changes as the domain calls them; the quantity belongs to the stock."""
    changes = changes_of(command)
    changes.pop("quantity", None)
    starts = changes.pop("sales_start", ticket_type.sales.starts)
    ends = changes.pop("sales_end", ticket_type.sales.ends)
    if isinstance(command.price, Decimal):
        changes["price"] = price_of(command.price, ticket_type.price.currency)
    return changes | {"sales": Period(starts, ends)}  # type: ignore[arg-type]  # As the command's types say.
