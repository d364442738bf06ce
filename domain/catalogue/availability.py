"""Why so many tickets of a type are left and not more: what one draws on, and what limits it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.catalogue.phase import Intent
from domain.shared.ids import AllotmentId
from domain.shared.period import Period
from domain.shared.words import Word


class Left(Word):
    """What is left for everybody, and whether waiting helps."""

    CLOSED = "closed"
    """Not for sale at this moment, whatever is left."""
    GONE = "gone"
    """Sold: comes back only if somebody gives tickets back."""
    ORDERED = "ordered"
    """In unpaid orders, in offers, or owed to the waiting list: may come back."""
    RESERVED = "reserved"
    """In carts: may come back within minutes."""
    AVAILABLE = "available"


_SCARCEST_FIRST = (Left.GONE, Left.ORDERED, Left.RESERVED, Left.AVAILABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnOn:
    """An allotment as one ticket type draws on it: always capacity = held + sold + blocked + free.

    `in_carts` and `waiting` are parts of what is free, and may be more than is. A capacity of None
    is without end.
    """

    allotment_id: AllotmentId
    kind: str
    """`ticket_type`, `pool` or `event`."""
    name: str
    units: int
    """For each ticket."""
    capacity: int | None
    held: int
    sold: int
    blocked: int
    waiting: int
    in_carts: int = 0

    @property
    def free(self) -> int | None:
        if self.capacity is None:
            return None
        return self.capacity - self.held - self.sold - self.blocked

    @property
    def tickets(self) -> int | None:
        """How many more of the type fit, beside what the waiting list is owed."""
        return None if self.free is None else max(self.free - self.waiting, 0) // self.units

    @property
    def left(self) -> Left:
        """Which of its parts, the most lasting first, leaves no room for one more ticket."""
        if self.capacity is None:
            return Left.AVAILABLE
        room = self.capacity - self.sold
        for taken, left in (
            (0, Left.GONE),
            (self.held + self.blocked + self.waiting, Left.ORDERED),
            (self.in_carts, Left.RESERVED),
        ):
            room -= taken
            if room < self.units:
                return left
        return Left.AVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """When tickets of the type are sold, apart from whether there are any."""

    intent: Intent
    is_hidden: bool
    ends_at: datetime
    event_window: Period
    type_window: Period


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is left, which allotment is the limit, and why in one sentence."""

    left: Left
    limit: DrawnOn | None
    why: str
    back_at: datetime | None = None
    """When some of it may be had again, or the sale opens, as far as that is known."""


def scarcest(draws: Sequence[DrawnOn]) -> DrawnOn | None:
    """The one that limits the type: the most lasting shortage, and then the fewest tickets."""
    limited = [drawn for drawn in draws if drawn.tickets is not None]
    return min(
        limited, key=lambda drawn: (_SCARCEST_FIRST.index(drawn.left), drawn.tickets), default=None
    )


def explain(
    sale: Sale,
    draws: Sequence[DrawnOn],
    *,
    now: datetime,
    runs_out: Mapping[AllotmentId, datetime | None],
) -> Explanation:
    """`runs_out` tells when the first of the unpaid orders that hold an allotment does."""
    limit = scarcest(draws)
    closed, opens_at = _closed(sale, now)
    if closed:
        return Explanation(Left.CLOSED, limit, closed, opens_at)
    if limit is None:
        return Explanation(Left.AVAILABLE, None, "There is no limit.")
    first = runs_out.get(limit.allotment_id) if limit.left is Left.ORDERED else None
    # What ran out is taken back within seconds.
    back_at = None if first is None else max(first, now)
    return Explanation(limit.left, limit, _WHY[limit.left](limit, back_at), back_at)


def _closed(sale: Sale, now: datetime) -> tuple[str, datetime | None]:
    """Why nothing is sold whatever is left, and when that changes; empty if it is sold."""
    if sale.intent is not Intent.PUBLISHED:
        return f"The event is {sale.intent.value}.", None
    if sale.is_hidden:
        return "Tickets of this type are hidden.", None
    for window, whose in ((sale.event_window, "event"), (sale.type_window, "ticket type")):
        if not window.has_begun(now):
            return f"The sale of the {whose} opens at {_shown(window.starts)}.", window.starts
        if window.is_over(now):
            return f"The sale of the {whose} closed at {_shown(window.ends)}.", None
    if now >= sale.ends_at:
        return "The event is over.", None
    return "", None


def _gone(limit: DrawnOn, _: datetime | None) -> str:
    named = _named(limit)
    sold = f"{limit.sold} of {limit.capacity} are sold"
    each = f", and one ticket takes {limit.units}" if limit.units > 1 else ""
    return f"{named[0].upper()}{named[1:]} is sold out: {sold}{each}."


def _ordered(limit: DrawnOn, back_at: datetime | None) -> str:
    parts = []
    if limit.held:
        runs_out = "" if back_at is None else f", the first of which runs out at {_shown(back_at)}"
        parts.append(f"{limit.held} held by orders that are not paid yet{runs_out}")
    if limit.blocked:
        parts.append(f"{limit.blocked} offered to the waiting list")
    if limit.waiting:
        parts.append(f"{limit.waiting} owed to the waiting list first")
    return f"What is unsold of {_named(limit)} is not free: {'; '.join(parts)}."


def _reserved(limit: DrawnOn, _: datetime | None) -> str:
    return f"What is free of {_named(limit)} lies in carts: {limit.in_carts} of {limit.free}."


def _available(limit: DrawnOn, _: datetime | None) -> str:
    return f"{limit.tickets} left; {_named(limit)} is the limit."


_WHY: dict[Left, Callable[[DrawnOn, datetime | None], str]] = {
    Left.GONE: _gone,
    Left.ORDERED: _ordered,
    Left.RESERVED: _reserved,
    Left.AVAILABLE: _available,
}
_KINDS = {"event": "the event", "ticket_type": "the ticket type", "pool": "the pool"}


def _named(limit: DrawnOn) -> str:
    return f"{_KINDS[limit.kind]} {limit.name}"


def _shown(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
