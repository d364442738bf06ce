"""A kind of ticket: what it is called, what it costs, and what it takes from the stock."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from domain.catalogue.documents import bounded
from domain.catalogue.errors import (
    InvalidCustomerLimit,
    InvalidDraws,
    InvalidOrderLimits,
    InvalidPrice,
    InvalidQuantity,
    InvalidSortOrder,
)
from domain.catalogue.event import refuse_odd_instant
from domain.shared.aggregate import Aggregate
from domain.shared.ids import AllotmentId, EventId, OrganizationId, PoolId, TicketTypeId
from domain.shared.money import Money
from domain.shared.names import clean_name
from domain.shared.period import Period
from domain.shared.text import clean
from domain.shared.words import Word

PER_ORDER_MAX = 100
QUANTITY_MAX = 1_000_000
SORT_ORDER_MAX = 10_000
TICKET_TYPES_MAX = 100
PRICE_DIGITS_MAX = 15
UNITS_MAX = 100
"""That one ticket takes of an allotment."""
POOLS_PER_TYPE_MAX = 10


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


@dataclass(frozen=True, slots=True)
class PoolShare:
    """So many units of a pool for each ticket."""

    pool_id: PoolId
    units: int


def own_draws(
    ticket_type_id: TicketTypeId,
    event_id: EventId,
    *,
    event_units: int = 1,
    pools: Iterable[PoolShare] = (),
) -> tuple[Draw, ...]:
    """One ticket takes one of its own quantity, some of the event's room, and of pools.

    Raises InvalidDraws.
    """
    shares = tuple(pools)
    ids = [share.pool_id for share in shares]
    if len(set(ids)) < len(ids) or len(ids) > POOLS_PER_TYPE_MAX:
        raise InvalidDraws(
            f"A ticket type draws on at most {POOLS_PER_TYPE_MAX} pools, on each once.",
            maximum=POOLS_PER_TYPE_MAX,
        )
    for units in (event_units, *(share.units for share in shares)):
        if not 0 < units <= UNITS_MAX:
            raise InvalidDraws(units=units, maximum=UNITS_MAX)
    drawn = {AllotmentId(share.pool_id): share.units for share in shares}
    drawn |= {AllotmentId(ticket_type_id): 1, AllotmentId(event_id): event_units}
    return tuple(Draw(allotment_id, drawn[allotment_id]) for allotment_id in sorted(drawn))


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
    max_per_customer: int | None = None
    """How many one customer may have over all orders; None is as many as they like."""
    sales: Period = field(default_factory=Period)
    status: TicketTypeStatus = TicketTypeStatus.ACTIVE
    sort_order: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    draws: tuple[Draw, ...]
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=100)
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
        if self.max_per_customer is not None and not (
            self.min_per_order <= self.max_per_customer <= QUANTITY_MAX
        ):
            raise InvalidCustomerLimit(minimum=self.min_per_order, maximum=QUANTITY_MAX)
        if not 0 <= self.sort_order <= SORT_ORDER_MAX:
            raise InvalidSortOrder(maximum=SORT_ORDER_MAX)
        for at in (self.sales.starts, self.sales.ends):
            if at is not None:
                refuse_odd_instant(at)
        bounded(self.metadata, field="metadata")

    @property
    def event_units(self) -> int:
        """What one ticket takes of the event's room."""
        return next(draw.units for draw in self.draws if draw.allotment_id == self.event_id)

    @property
    def pools(self) -> tuple[PoolShare, ...]:
        """What one ticket takes of pools, in the order in which they are locked."""
        own = (self.id, self.event_id)
        return tuple(
            PoolShare(PoolId(draw.allotment_id), draw.units)
            for draw in self.draws
            if draw.allotment_id not in own
        )

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
