"""The waiting list: who comes next when tickets come back, strictly in order.

An entry that waits is owed units of what was too scarce for it, and the public may not take those.
An entry that is offered has its units blocked until it takes them up or its time is over.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from domain.sales.box_office import Movement, MovementKind, Stock, Units
from domain.sales.errors import (
    InvalidPriority,
    NeverFits,
    NotSoldOut,
    OfferChanged,
    WaitingStatusConflict,
)
from domain.sales.events import PlaceLapsed, PlaceOffered, WaitingListJoined, WaitingListLeft
from domain.sales.order import Buyer, Draw
from domain.sales.quote import Quote
from domain.shared.aggregate import Aggregate
from domain.shared.errors import DomainError
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    OrganizationId,
    TicketTypeId,
    WaitingListEntryId,
)
from domain.shared.words import Word

PRIORITY_MAX = 1_000

Wish = tuple[TicketTypeId, int]
"""So many of a ticket type: entries with the same wish share a quote."""


class WaitingStatus(Word):
    """The life of an entry."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    """The offer was not taken up in time."""
    LEFT = "left"
    CLOSED = "closed"
    """The event or its sale is over."""


_NEXT = {  # What is not on the right cannot happen.
    WaitingStatus.WAITING: {WaitingStatus.OFFERED, WaitingStatus.LEFT, WaitingStatus.CLOSED},
    WaitingStatus.OFFERED: {
        WaitingStatus.TAKEN,
        WaitingStatus.LAPSED,
        WaitingStatus.LEFT,
        WaitingStatus.CLOSED,
    },
}


@dataclass(slots=True, kw_only=True)
class WaitingListEntry(Aggregate):
    """So many tickets of one type, wanted by one person; offered at most once."""

    organization_id: OrganizationId
    id: WaitingListEntryId
    event_id: EventId
    ticket_type_id: TicketTypeId
    quantity: int
    buyer: Buyer
    client: UUID | None = None
    """Where it came from, as something that can be counted and not read back."""
    draws: tuple[Draw, ...]
    """What its tickets take of the stock: as it was when joining, then as it was offered."""
    waits_for: frozenset[AllotmentId]
    """Which of these were too scarce when it joined."""
    joined_at: datetime
    priority: int = 0
    """Higher goes first; the organiser's to give."""
    status: WaitingStatus = WaitingStatus.WAITING
    offered_at: datetime | None = None
    offer_expires_at: datetime | None = None
    order_id: OrderId | None = None
    closed_at: datetime | None = None

    @classmethod
    def join(
        cls,
        id: WaitingListEntryId,
        quote: Quote,
        buyer: Buyer,
        stock: Stock,
        *,
        at: datetime,
        client: UUID | None = None,
    ) -> Self:
        """Wait for what the quote asks, and be owed it. Changes the allotments in `stock`.

        Raises NotSoldOut, NeverFits, OfferChanged, SaleNotOpen, SaleClosed.
        """
        [line] = quote.lines
        _refuse_outdated([quote], stock)
        quote.check_windows(at)
        refuse_hopeless(quote.draws, stock)
        entry = cls(
            organization_id=quote.organization_id,
            id=id,
            event_id=quote.event_id,
            ticket_type_id=line.ticket_type_id,
            quantity=line.quantity,
            buyer=buyer,
            client=client,
            draws=quote.draws,
            waits_for=too_scarce(quote.draws, line.quantity, stock),
            joined_at=at,
        )
        for allotment_id, units in entry.owed.items():
            stock[allotment_id].waiting += units
        entry.record(WaitingListJoined(**entry._facts(at)))
        return entry

    @property
    def place_in_line(self) -> tuple[int, datetime, WaitingListEntryId]:
        """Entries sorted by this are in the order in which they are served."""
        return (-self.priority, self.joined_at, self.id)

    @property
    def wish(self) -> Wish:
        return self.ticket_type_id, self.quantity

    @property
    def is_open(self) -> bool:
        return self.status in _NEXT

    @property
    def owed(self) -> Units:
        """What the public may not take because of it."""
        if self.status is not WaitingStatus.WAITING:
            return {}
        return {d.allotment_id: d.units for d in self.draws if d.allotment_id in self.waits_for}

    @property
    def blocked(self) -> Units:
        """What is set aside for it."""
        if self.status is not WaitingStatus.OFFERED:
            return {}
        return {draw.allotment_id: draw.units for draw in self.draws}

    def is_lapsed(self, at: datetime) -> bool:
        """Offered and past its time, whether or not the sweeper has been here."""
        ends = self.offer_expires_at
        return self.status is WaitingStatus.OFFERED and ends is not None and ends <= at

    def prioritize(self, priority: int) -> None:
        """Another place in line. Raises InvalidPriority, WaitingStatusConflict."""
        if not -PRIORITY_MAX <= priority <= PRIORITY_MAX:
            raise InvalidPriority(maximum=PRIORITY_MAX)
        if self.status is not WaitingStatus.WAITING:
            raise WaitingStatusConflict(current=self.status.value)
        self.priority = priority

    def offer(
        self, draws: tuple[Draw, ...], stock: Stock, *, until: datetime, at: datetime
    ) -> list[Movement]:
        """Set the units aside for it; the caller has seen that they are free.

        Raises WaitingStatusConflict.
        """
        self._let_go_of_what_is_owed(stock)
        self._become(WaitingStatus.OFFERED)
        self.draws, self.offered_at, self.offer_expires_at = draws, at, until
        for draw in draws:
            stock[draw.allotment_id].block(draw.units)
        self.record(PlaceOffered(**self._facts(at)))
        return self._moved(self.blocked, MovementKind.BLOCK, at)

    def take(self, order_id: OrderId, *, at: datetime) -> None:
        """An order has what was set aside: its movements are the order's. WaitingStatusConflict."""
        self._become(WaitingStatus.TAKEN)
        self.order_id, self.closed_at = order_id, at

    def lapse(self, stock: Stock, *, at: datetime) -> list[Movement]:
        """Nobody took it up in time. Raises WaitingStatusConflict."""
        moved = self._end(WaitingStatus.LAPSED, stock, at)
        self.record(PlaceLapsed(**self._facts(at)))
        return moved

    def leave(self, stock: Stock, *, at: datetime) -> list[Movement]:
        """Given up, waiting or offered. Raises WaitingStatusConflict."""
        moved = self._end(WaitingStatus.LEFT, stock, at)
        self.record(WaitingListLeft(**self._facts(at)))
        return moved

    def forget(self) -> None:
        """Who it was has closed their account; the place in line is told by its number alone."""
        self.buyer = Buyer(id=None, name="Closed Account", email=f"{self.id}@closed.invalid")
        self.client = None

    def close(self, stock: Stock, *, at: datetime) -> list[Movement]:
        """There is nothing to wait for any more. Raises WaitingStatusConflict."""
        return self._end(WaitingStatus.CLOSED, stock, at)

    def _end(self, status: WaitingStatus, stock: Stock, at: datetime) -> list[Movement]:
        """What it was owed or had set aside is everybody's again."""
        blocked = self.blocked
        self._let_go_of_what_is_owed(stock)
        self._become(status)
        for allotment_id, units in blocked.items():
            stock[allotment_id].unblock(units)
        self.closed_at = at
        return self._moved(blocked, MovementKind.UNBLOCK, at)

    def _let_go_of_what_is_owed(self, stock: Stock) -> None:
        for allotment_id, units in self.owed.items():
            stock[allotment_id].waiting -= units

    def _become(self, status: WaitingStatus) -> None:
        if status not in _NEXT.get(self.status, ()):
            raise WaitingStatusConflict(
                f"This place in line is {self.status.value} and cannot become {status.value}.",
                current=self.status.value,
            )
        self.status = status

    def _moved(self, units: Units, kind: MovementKind, at: datetime) -> list[Movement]:
        return [
            Movement(
                organization_id=self.organization_id,
                allotment_id=allotment_id,
                order_id=None,
                kind=kind,
                quantity=quantity,
                at=at,
            )
            for allotment_id, quantity in units.items()
        ]

    def _facts(self, at: datetime) -> dict[str, Any]:
        return {
            "organization_id": self.organization_id,
            "aggregate_id": self.id,
            "at": at,
            "event_id": self.event_id,
        }


def too_scarce(draws: Sequence[Draw], quantity: int, stock: Stock) -> frozenset[AllotmentId]:
    """Of what these tickets need, that of which the public cannot have enough. Raises NotSoldOut.

    One may wait only if not even one ticket can be had: who could wait for ten while nine are left
    would keep nine from being sold.
    """
    opened = {draw.allotment_id: stock[draw.allotment_id].open_to_all for draw in draws}
    singles = [
        units // (draw.units // quantity)
        for draw in draws
        if (units := opened[draw.allotment_id]) is not None
    ]
    left = min(singles, default=None)
    if left is None or left > 0:
        raise NotSoldOut(available=left)
    return frozenset(
        draw.allotment_id
        for draw in draws
        if (units := opened[draw.allotment_id]) is not None and units < draw.units
    )


def refuse_hopeless(draws: Iterable[Draw], stock: Stock) -> None:
    """Raises NeverFits if so many will not be free even when everything is."""
    for draw in draws:
        capacity = stock[draw.allotment_id].capacity
        if capacity is not None and draw.units > capacity:
            raise NeverFits(allotment_id=draw.allotment_id, capacity=capacity)


@dataclass(slots=True)
class Offers:
    """Who is offered a place, and all that is to be written."""

    offered: list[WaitingListEntry]
    movements: list[Movement]


def decide_offers(
    line: Iterable[WaitingListEntry],
    stock: Stock,
    quotes: Mapping[Wish, Quote | DomainError],
    *,
    more: AbstractSet[Wish] = frozenset(),
    now: datetime,
    offer_for: timedelta,
) -> Offers:
    """Offer places strictly in order. Changes the entries and the allotments in `stock` in place.

    Who does not fit keeps those behind from what is too scarce for it, and from nothing else. Who
    cannot buy at present (hidden, not on sale, a refused quote) is passed over. `more` names the
    wishes of which others wait behind those given here: nobody may overtake them either.
    Raises OfferChanged if a quote is of another edition than the stock.
    """
    decided = Offers([], [])
    _refuse_outdated((q for q in quotes.values() if isinstance(q, Quote)), stock)
    line = sorted(line, key=lambda entry: entry.place_in_line)
    last = {entry.wish: entry.id for entry in line}
    kept: set[AllotmentId] = set()
    for entry in line:
        quote = quotes.get(entry.wish)
        if quote is None or not entry.owed.keys() <= stock.keys():
            kept |= {draw.allotment_id for draw in entry.draws}  # It joined just now.
            continue
        if isinstance(quote, DomainError) or not _can_buy(quote, stock, now):
            continue
        short = set(_short(quote.draws, stock))
        if short or any(draw.allotment_id in kept for draw in quote.draws):
            kept |= short
            continue
        until = min((now + offer_for, *_ends_of_sale(quote)))
        decided.movements += entry.offer(quote.draws, stock, until=until, at=now)
        decided.offered.append(entry)
        if entry.wish in more and last[entry.wish] == entry.id:
            kept |= {draw.allotment_id for draw in quote.draws}
    return decided


def _refuse_outdated(quotes: Iterable[Quote], stock: Stock) -> None:
    for quote in quotes:
        room = stock.get(AllotmentId(quote.event_id))
        missing = any(draw.allotment_id not in stock for draw in quote.draws)
        if room is None or missing or room.revision != quote.revision:
            raise OfferChanged(event_id=quote.event_id)


def _can_buy(quote: Quote, stock: Stock, now: datetime) -> bool:
    """The sale is open, and so many could ever be free."""
    try:
        quote.check_windows(now)
        refuse_hopeless(quote.draws, stock)
    except DomainError:
        return False
    return True


def _short(draws: Iterable[Draw], stock: Stock) -> Iterator[AllotmentId]:
    for draw in draws:
        available = stock[draw.allotment_id].available
        if available is not None and draw.units > available:
            yield draw.allotment_id


def _ends_of_sale(quote: Quote) -> Iterator[datetime]:
    return (window.period.ends for window in quote.windows if window.period.ends is not None)


def owed_by(entries: Iterable[WaitingListEntry]) -> Units:
    """What all of them together are owed."""
    owed: Counter[AllotmentId] = Counter()
    for entry in entries:
        owed.update(entry.owed)
    return owed


def blocked_for(entries: Iterable[WaitingListEntry]) -> Units:
    """What all of them together have set aside."""
    blocked: Counter[AllotmentId] = Counter()
    for entry in entries:
        blocked.update(entry.blocked)
    return blocked
