"""A kind of ticket: what it is called, what it costs, and what it takes from the stock."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from domain.catalogue.documents import bounded
from domain.catalogue.errors import (
    InvalidOrderLimits,
    InvalidPrice,
    InvalidQuantity,
    InvalidSortOrder,
)
from domain.catalogue.event import refuse_odd_instant
from domain.shared.aggregate import Aggregate
from domain.shared.ids import AllotmentId, EventId, OrganizationId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period
from domain.shared.text import clean
from domain.shared.words import Word

PER_ORDER_MAX = 100
QUANTITY_MAX = 1_000_000
SORT_ORDER_MAX = 10_000
TICKET_TYPES_MAX = 100
PRICE_DIGITS_MAX = 15


class TicketTypeStatus(Word):
    """What is stored; `sold_out` is seen from the stock."""

    ACTIVE = "active"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Draw:
    """So many units of an allotment for each ticket."""

    allotment_id: AllotmentId
    units: int

    def __post_init__(self) -> None:
        assert self.units > 0


def own_draws(ticket_type_id: TicketTypeId, event_id: EventId) -> tuple[Draw, ...]:
    """One ticket takes one of its own quantity and one of the event's room."""
    ids = sorted((AllotmentId(ticket_type_id), AllotmentId(event_id)))
    return tuple(Draw(allotment_id, 1) for allotment_id in ids)


@dataclass(slots=True, kw_only=True)
class TicketType(Aggregate):
    """Costs zero or more in the event's currency; its quantity is the stock's business.

    `draws` are sorted by allotment, the order in which stock is locked.
    """

    organization_id: OrganizationId
    id: TicketTypeId
    short_id: int
    event_id: EventId
    name: str
    description: str | None = None
    price: Money
    min_per_order: int = 1
    max_per_order: int = 10
    sales: Period = field(default_factory=Period)
    status: TicketTypeStatus = TicketTypeStatus.ACTIVE
    sort_order: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    draws: tuple[Draw, ...]
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.name = clean(self.name, field="name", longest=100)
        if self.description is not None:
            self.description = clean(
                self.description, field="description", longest=2_000, shortest=0, lines=True
            )
        if self.price.minor < 0:
            raise InvalidPrice
        if not 1 <= self.min_per_order <= self.max_per_order <= PER_ORDER_MAX:
            raise InvalidOrderLimits(
                min_per_order=self.min_per_order,
                max_per_order=self.max_per_order,
                maximum=PER_ORDER_MAX,
            )
        if not 0 <= self.sort_order <= SORT_ORDER_MAX:
            raise InvalidSortOrder(maximum=SORT_ORDER_MAX)
        for at in (self.sales.starts, self.sales.ends):
            if at is not None:
                refuse_odd_instant(at)
        bounded(self.metadata, field="metadata")

    def edited(self, changes: Mapping[str, Any], *, at: datetime) -> Self:
        """The type with other details. Raises Invalid."""
        return dataclasses.replace(self, **changes, updated_at=at)


def price_of(amount: Decimal, currency: str) -> Money:
    """A price as somebody wrote it. Raises InvalidPrice, InvalidAmount.

    Digits are counted before anything is computed: `1e999999999` is a short text and a huge number.
    """
    if not amount.is_finite() or (amount.is_signed() and amount):
        raise InvalidPrice
    _, digits, places = amount.as_tuple()
    if not isinstance(places, int) or len(digits) > PRICE_DIGITS_MAX or not -6 <= places <= 12:
        raise InvalidPrice(f"A price has at most {PRICE_DIGITS_MAX} digits.")
    return Money.of(amount, currency)


def known_quantity(quantity: int) -> int:
    """The quantity itself. Raises InvalidQuantity."""
    if not 0 < quantity <= QUANTITY_MAX:
        raise InvalidQuantity(quantity=quantity, maximum=QUANTITY_MAX)
    return quantity
