"""Places in line that say only what matters to a test."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from domain.sales.allotment import Allotment
from domain.sales.order import Buyer
from domain.sales.quote import Quote
from domain.sales.waiting_list import WaitingListEntry, Wish, decide_offers
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, TicketTypeId, WaitingListEntryId
from tests.domain.sales.builders import EVENT, FLOOR, NOON, VIP, a_quote, a_stock

Stock = dict[AllotmentId, Allotment]
FLOOR_, EVENT_, VIP_ = AllotmentId(FLOOR), AllotmentId(EVENT), AllotmentId(VIP)
HOUR = timedelta(hours=1)


def a_waiting_person(name: str = "grace") -> Buyer:
    return Buyer(id=None, name=name.title(), email=f"{name}@example.com")


def joined(
    stock: Stock,
    quantity: int = 1,
    of: TicketTypeId = FLOOR,
    *,
    at: datetime = NOON,
    name: str = "grace",
) -> WaitingListEntry:
    return WaitingListEntry.join(
        WaitingListEntryId(uuid4()),
        a_quote({of: quantity}),
        a_waiting_person(name),
        stock,
        at=at,
    )


def sold_out(*, event: int = 100, floor: int = 10, vip: int = 10) -> Stock:
    """Nothing of the floor is left; the event and VIP have room."""
    stock = a_stock(event=event, floor=floor, vip=vip)
    stock[AllotmentId(FLOOR)].sold = floor
    return stock


def give_back(stock: Stock, units: int, of: TicketTypeId = FLOOR) -> None:
    """So many sold ones of a type come back."""
    stock[AllotmentId(of)].give_back(units)


def offer(
    entries: list[WaitingListEntry],
    stock: Stock,
    quotes: Mapping[Wish, Quote | DomainError] | None = None,
    more: frozenset[Wish] = frozenset(),
) -> list[WaitingListEntry]:
    if quotes is None:
        quotes = {e.wish: a_quote({e.ticket_type_id: e.quantity}) for e in entries}
    decided = decide_offers(entries, stock, quotes, more=more, now=NOON, offer_for=HOUR)
    return decided.offered
