"""Whatever happens to the line: strictly in order, and everything adds up."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.sales.box_office import Claim, decide_orders
from domain.sales.errors import NotSoldOut
from domain.sales.order import Order
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus, blocked_for, owed_by
from domain.shared.ids import AllotmentId, OrderId, TicketTypeId
from tests.domain.sales.builders import (
    BUYER,
    FLOOR,
    NOON,
    VIP,
    a_claim,
    a_quote,
    a_stock,
    identities,
)
from tests.domain.sales.waiting import (
    EVENT_,
    FLOOR_,
    HOUR,
    VIP_,
    Stock,
    joined,
    offer,
    sold_out,
)

_JOINS = st.lists(
    st.tuples(st.sampled_from([FLOOR, VIP]), st.integers(1, 4), st.integers(-2, 2)), max_size=12
)


@given(joins=_JOINS, floor=st.integers(0, 10), vip=st.integers(0, 10), room=st.integers(0, 20))
@settings(max_examples=300)
def test_nobody_is_served_before_somebody_who_wanted_the_same(
    joins: list[tuple[TicketTypeId, int, int]], floor: int, vip: int, room: int
) -> None:
    """For each one left waiting: what it lacked was offered to nobody behind it."""
    stock = a_stock(event=20)
    for id_, capacity in ((FLOOR_, 10), (VIP_, 10), (EVENT_, 20)):
        stock[id_].sold = capacity
    line = []
    for number, (kind, quantity, priority) in enumerate(joins):
        entry = joined(stock, quantity, kind, at=NOON + timedelta(minutes=number))
        entry.prioritize(priority)
        line.append(entry)
    line.sort(key=lambda entry: entry.place_in_line)
    for id_, units in ((FLOOR_, floor), (VIP_, vip), (EVENT_, room)):
        if units:
            stock[id_].give_back(units)

    offered = offer(list(line), stock)

    for position, entry in enumerate(line):
        if entry in offered:
            continue
        behind = [other for other in line[position + 1 :] if other in offered]
        lacked = {
            draw.allotment_id
            for draw in entry.draws
            if draw.units
            > (stock[draw.allotment_id].available or 0) + blocked_for(behind)[draw.allotment_id]
        }
        before = [other for other in line[:position] if other not in offered]
        assert lacked or before, "It fits, and was not served."
        assert not any(lacked & blocked_for([other]).keys() for other in behind)
    _adds_up(stock, line)


def _adds_up(stock: Stock, entries: list[WaitingListEntry]) -> None:
    owed, blocked = owed_by(entries), blocked_for(entries)
    for id_, allotment in stock.items():
        assert allotment.waiting == owed.get(id_, 0)
        assert allotment.blocked == blocked.get(id_, 0)


class TheLine(RuleBasedStateMachine):
    """Anything may happen to the line; what it is owed and what is set aside always add up."""

    def __init__(self) -> None:
        super().__init__()
        self.stock = sold_out(event=12, floor=8, vip=4)
        self.stock[EVENT_].sold = 8
        self.entries: list[WaitingListEntry] = []
        self.minutes = 0

    def of(self, *statuses: WaitingStatus) -> Iterator[WaitingListEntry]:
        return (entry for entry in self.entries if entry.status in statuses)

    @rule(quantity=st.integers(1, 3), kind=st.sampled_from([FLOOR, VIP]))
    def join(self, quantity: int, kind: TicketTypeId) -> None:
        self.minutes += 1
        try:
            entry = joined(self.stock, quantity, kind, at=NOON + timedelta(minutes=self.minutes))
        except NotSoldOut:
            opened = [self.stock[AllotmentId(kind)].open_to_all, self.stock[EVENT_].open_to_all]
            assert min(units for units in opened if units is not None) > 0
        else:
            self.entries.append(entry)

    @rule(kind=st.sampled_from([FLOOR, VIP]), quantity=st.integers(1, 3))
    def walk_up(self, kind: TicketTypeId, quantity: int) -> None:
        drawn = [self.stock[AllotmentId(kind)], self.stock[EVENT_]]
        free = min(allotment.open_to_all or 0 for allotment in drawn)

        [outcome] = decide_orders(
            [a_claim(a_quote({kind: quantity}, price=0))],
            self.stock,
            identities(),
            now=NOON,
            hold_for=HOUR,
        ).outcomes

        assert isinstance(outcome, Order) == (quantity <= free)

    @precondition(lambda self: self.stock[FLOOR_].sold and self.stock[EVENT_].sold)
    @rule()
    def come_back(self) -> None:
        self.stock[FLOOR_].give_back(1)
        self.stock[EVENT_].give_back(1)

    @rule()
    def serve(self) -> None:
        offer(list(self.of(WaitingStatus.WAITING)), self.stock)

    @rule(data=st.data(), how=st.sampled_from(["leave", "lapse", "close"]))
    def end(self, data: st.DataObject, how: str) -> None:
        able = [WaitingStatus.OFFERED]
        if how != "lapse":
            able.append(WaitingStatus.WAITING)
        candidates = list(self.of(*able))
        if candidates:
            entry = data.draw(st.sampled_from(candidates))
            getattr(entry, how)(self.stock, at=NOON)

    @precondition(lambda self: any(self.of(WaitingStatus.OFFERED)))
    @rule()
    def take(self) -> None:
        entry = next(self.of(WaitingStatus.OFFERED))
        quote = a_quote({entry.ticket_type_id: entry.quantity}, price=0)
        claim = Claim(
            order_id=OrderId(uuid4()),
            number="1",
            buyer=BUYER,
            quote=quote,
            offer_id=entry.id,
            offered=entry.blocked,
        )
        decided = decide_orders([claim], self.stock, identities(), now=NOON, hold_for=HOUR)
        assert len(decided.orders) == 1, "An offer that stands can always be taken."
        entry.take(claim.order_id, at=NOON)

    @invariant()
    def everything_adds_up(self) -> None:
        _adds_up(self.stock, self.entries)


TestTheLine = TheLine.TestCase
TestTheLine.settings = settings(max_examples=100, stateful_step_count=30)
