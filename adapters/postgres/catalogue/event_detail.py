"""An event and everything that is offered for it, read in one statement: one moment's picture."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql import Select

from adapters.postgres.catalogue.phase import (
    AVAILABLE,
    IS_ON_SALE,
    LEFT,
    OFFER,
    OFFERED,
    PHASE,
    VISIBLE,
    WITHOUT_END,
    of_draws,
)
from adapters.postgres.catalogue.tables import events, ticket_type_draws, ticket_types
from adapters.postgres.catalogue.ticket_type_queries import offered
from application.catalogue.ports import CartUnits
from application.catalogue.queries import OfferedTicketType
from domain.shared.ids import AllotmentId, TicketTypeId
from domain.shared.money import Money


class _Type(Struct):
    """What the aggregate below holds of each ticket type."""

    id: TicketTypeId
    name: str
    description: str | None
    price_minor: int
    min_per_order: int
    max_per_order: int
    max_per_customer: int | None
    sales_start: datetime | None
    sales_end: datetime | None
    status: str
    available: int
    is_on_sale: bool
    draws: list[tuple[AllotmentId, int, int | None]]
    """Each allotment, what one ticket takes of it, and what is left; None is without end."""

    def beside(self, in_carts: Mapping[AllotmentId, int]) -> int:
        """How many tickets are left if nobody touches what lies in carts."""
        left = (
            max(left - in_carts.get(allotment_id, 0), 0) // units
            for allotment_id, units, left in self.draws
            if left is not None
        )
        return min(left, default=WITHOUT_END)


_DRAWS = of_draws(
    func.coalesce(
        func.jsonb_agg(
            func.jsonb_build_array(
                ticket_type_draws.c.allotment_id, ticket_type_draws.c.units, LEFT
            )
        ),
        literal_column("'[]'::jsonb"),
        type_=JSONB,
    )
)
_SHOWN: dict[str, ColumnElement[Any]] = {
    name: ticket_types.c[name] for name in _Type.__struct_fields__ if name in ticket_types.c
} | {"available": AVAILABLE, "is_on_sale": IS_ON_SALE, "draws": _DRAWS}
_MEMBERS = [part for name, shown in _SHOWN.items() for part in (literal_column(f"'{name}'"), shown)]
_OFFERED_TYPES = (
    select(
        func.coalesce(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object(*_MEMBERS), ticket_types.c.sort_order, ticket_types.c.id
                )
            ),
            literal_column("'[]'::jsonb"),
            type_=JSONB,
        ).label("ticket_types")
    )
    .where(
        ticket_types.c.organization_id == events.c.organization_id,
        ticket_types.c.event_id == events.c.id,
        OFFERED,
    )
    .correlate(events)
    .lateral("offered_types")
)
EVENT_DETAIL: Select[Any] = (
    select(
        events,
        PHASE.label("phase"),
        OFFER.c.min_minor,
        OFFER.c.max_minor,
        _OFFERED_TYPES.c.ticket_types,
    )
    .join_from(events, OFFER, true())
    .join(_OFFERED_TYPES, true())
    .where(VISIBLE)
)


async def offered_types(row: Row[Any], cart_units: CartUnits) -> list[OfferedTicketType]:
    """The ticket types of a row of `EVENT_DETAIL`, in the order the organisation chose."""
    found = msgspec.convert(row.ticket_types, list[_Type])
    drawn = {draw[0] for one in found for draw in one.draws}
    in_carts = await cart_units.in_carts(row.id, drawn) if drawn else {}
    return [_view(one, row.currency, one.beside(in_carts)) for one in found]


def _view(found: _Type, currency: str, available: int) -> OfferedTicketType:
    return OfferedTicketType(
        id=found.id,
        name=found.name,
        description=found.description,
        price=str(Money(found.price_minor, currency)),
        currency=currency,
        available=available,
        status=offered(found.status, found.available),
        is_on_sale=found.is_on_sale,
        min_per_order=found.min_per_order,
        max_per_order=found.max_per_order,
        max_per_customer=found.max_per_customer,
        sales_start=_in_utc(found.sales_start),
        sales_end=_in_utc(found.sales_end),
    )


def _in_utc(at: datetime | None) -> datetime | None:
    """Inside JSON, PostgreSQL writes instants with the session's own offset."""
    return None if at is None else at.astimezone(UTC)
