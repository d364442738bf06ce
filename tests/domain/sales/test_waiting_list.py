"""The waiting list is served strictly in order, and nobody overtakes it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.sales.box_office import Claim, MovementKind, decide_orders
from domain.sales.errors import (
    InvalidPriority,
    NeverFits,
    NotOnSale,
    NotSoldOut,
    OfferChanged,
    OfferLapsed,
    SaleClosed,
    SoldOut,
    WaitingStatusConflict,
)
from domain.sales.order import Draw, Order
from domain.sales.quote import Quote, Window
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus
from domain.shared.ids import OrderId, TicketTypeId, WaitingListEntryId
from domain.shared.period import Period
from tests.domain.sales.builders import (
    BUYER,
    EVENT,
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
    a_waiting_person,
    give_back,
    joined,
    offer,
    sold_out,
)


class TestJoining:
    def test_who_joins_is_owed_what_was_too_scarce_and_nothing_else(self) -> None:
        stock = sold_out()

        entry = joined(stock, 2)

        assert entry.waits_for == {FLOOR_}
        assert (stock[FLOOR_].waiting, stock[EVENT_].waiting) == (2, 0)

    def test_nobody_waits_while_one_ticket_can_be_had(self) -> None:
        stock = sold_out()
        give_back(stock, 1)

        with pytest.raises(NotSoldOut) as refusal:
            joined(stock, 4)

        assert refusal.value.facts["available"] == 1
        assert stock[FLOOR_].waiting == 0

    def test_what_is_owed_to_others_counts_as_gone(self) -> None:
        stock = sold_out()
        joined(stock)
        give_back(stock, 1)

        late = joined(stock)

        assert late.waits_for == {FLOOR_}

    def test_nobody_waits_for_what_has_no_end(self) -> None:
        stock = a_stock()
        for allotment in stock.values():
            allotment.capacity = None

        with pytest.raises(NotSoldOut):
            joined(stock)

    def test_nobody_waits_for_more_than_there_will_ever_be(self) -> None:
        with pytest.raises(NeverFits):
            joined(sold_out(floor=3), 4)

    def test_nobody_waits_when_the_sale_is_over(self) -> None:
        over = a_quote(windows=(Window(Period(None, NOON), of="event"),))

        with pytest.raises(SaleClosed):
            WaitingListEntry.join(
                WaitingListEntryId(uuid4()), over, a_waiting_person(), sold_out(), at=NOON
            )

    def test_an_edited_offer_is_quoted_anew(self) -> None:
        stock = sold_out()
        stock[EVENT_].revision = 1

        with pytest.raises(OfferChanged):
            joined(stock)


class TestWalkUps:
    def test_a_walk_up_cannot_take_what_came_back(self) -> None:
        stock = sold_out()
        joined(stock)
        give_back(stock, 1)

        [outcome] = decide_orders(
            [a_claim()], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(outcome, SoldOut)

    def test_what_is_more_than_owed_is_for_everybody(self) -> None:
        stock = sold_out()
        joined(stock)
        give_back(stock, 2)

        first, second = decide_orders(
            [a_claim(), a_claim()], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(first, Order)
        assert isinstance(second, SoldOut)

    def test_other_ticket_types_are_sold_as_before(self) -> None:
        stock = sold_out()
        joined(stock)

        [outcome] = decide_orders(
            [a_claim(a_quote({VIP: 1}))], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(outcome, Order)


class TestOffering:
    def test_the_first_in_line_gets_what_came_back(self) -> None:
        stock = sold_out()
        line = [joined(stock, at=NOON + timedelta(minutes=n)) for n in range(3)]
        give_back(stock, 1)

        offered = offer(list(reversed(line)), stock)

        assert offered == [line[0]]
        assert (stock[FLOOR_].blocked, stock[FLOOR_].waiting) == (1, 2)
        assert line[0].offer_expires_at == NOON + HOUR

    def test_priority_goes_before_time(self) -> None:
        stock = sold_out()
        line = [joined(stock, at=NOON + timedelta(minutes=n)) for n in range(3)]
        line[2].prioritize(1)
        give_back(stock, 1)

        assert offer(line, stock) == [line[2]]

    def test_who_does_not_fit_keeps_those_behind_from_what_is_too_scarce(self) -> None:
        stock = sold_out()
        large = joined(stock, 3)
        small = joined(stock, 1, at=NOON + HOUR)
        give_back(stock, 2)

        assert offer([large, small], stock) == []

    def test_who_does_not_fit_keeps_nobody_from_anything_else(self) -> None:
        stock = sold_out()
        stock[VIP_].sold = 10
        large = joined(stock, 3)
        vip = joined(stock, 1, VIP, at=NOON + HOUR)
        give_back(stock, 2)
        give_back(stock, 1, VIP)

        assert offer([large, vip], stock) == [vip]

    def test_a_shared_room_is_given_in_order_whatever_the_type(self) -> None:
        stock = a_stock(event=2)
        stock[EVENT_].sold = 2
        floor = joined(stock, 2)
        vip = joined(stock, 1, VIP, at=NOON + HOUR)
        give_back(stock, 1, TicketTypeId(EVENT))

        assert floor.waits_for == vip.waits_for == {EVENT_}
        assert offer([floor, vip], stock) == []

    def test_who_cannot_buy_now_is_passed_over(self) -> None:
        stock = sold_out()
        hidden = joined(stock, 1)
        shown = joined(stock, 2, at=NOON + HOUR)
        give_back(stock, 2)

        offered = offer(
            [hidden, shown], stock, {hidden.wish: NotOnSale(), shown.wish: a_quote({FLOOR: 2})}
        )

        assert offered == [shown]
        assert stock[FLOOR_].waiting == 1

    def test_what_will_never_fit_is_passed_over(self) -> None:
        stock = sold_out(floor=4)
        large = joined(stock, 4)
        small = joined(stock, 1, at=NOON + HOUR)
        stock[FLOOR_].sold, stock[FLOOR_].capacity = 2, 3

        assert offer([large, small], stock) == [small]

    def test_no_offer_outlives_the_sale(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)
        ends = NOON + timedelta(minutes=20)
        soon_over = a_quote(windows=(Window(Period(None, ends), of="event"),))

        offer([entry], stock, {entry.wish: soon_over})

        assert entry.offer_expires_at == ends

    def test_nothing_is_offered_when_the_sale_is_over(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)
        over = a_quote(windows=(Window(Period(None, NOON), of="event"),))

        assert offer([entry], stock, {entry.wish: over}) == []

    def test_an_edited_offer_decides_nothing(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)

        with pytest.raises(OfferChanged):
            offer([entry], stock, {entry.wish: a_quote(revision=1)})

    def test_what_a_ticket_takes_today_is_set_aside(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 2)
        family = a_quote()
        object.__setattr__(family, "draws", (Draw(FLOOR_, 2), Draw(EVENT_, 4)))

        offer([entry], stock, {entry.wish: family})

        assert entry.blocked == {FLOOR_: 2, EVENT_: 4}
        assert (stock[FLOOR_].waiting, stock[FLOOR_].blocked) == (0, 2)

    def test_nobody_overtakes_those_who_were_not_loaded(self) -> None:
        """The line of a wish goes on behind what was loaded; another wish waits for the rest."""
        stock = sold_out()
        first = joined(stock, 1)
        other = joined(stock, 2, at=NOON + HOUR)
        give_back(stock, 3)

        assert offer([first, other], stock, more=frozenset([first.wish])) == [first]

    def test_who_joined_just_now_is_looked_at_next_time(self) -> None:
        stock = sold_out()
        new = joined(stock, 1)
        other = joined(stock, 2, at=NOON + HOUR)
        give_back(stock, 3)

        assert offer([new, other], stock, {other.wish: a_quote({FLOOR: 2})}) == []


class TestTheEnd:
    def test_a_lapsed_offer_is_free_again(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)
        offer([entry], stock)

        moved = entry.lapse(stock, at=NOON + HOUR)

        assert stock[FLOOR_].available == 1
        assert {(m.allotment_id, m.kind) for m in moved} == {
            (FLOOR_, MovementKind.UNBLOCK),
            (EVENT_, MovementKind.UNBLOCK),
        }

    def test_an_offer_stands_until_the_very_end(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)
        offer([entry], stock)

        assert not entry.is_lapsed(NOON + HOUR - timedelta(microseconds=1))
        assert entry.is_lapsed(NOON + HOUR)

    @pytest.mark.parametrize("was_offered", [False, True])
    def test_who_leaves_takes_nothing_along(self, *, was_offered: bool) -> None:
        stock = sold_out()
        entry = joined(stock)
        give_back(stock, 1)
        if was_offered:
            offer([entry], stock)

        entry.leave(stock, at=NOON)

        assert (stock[FLOOR_].waiting, stock[FLOOR_].blocked) == (0, 0)
        assert entry.status is WaitingStatus.LEFT

    def test_what_has_ended_stays_ended(self) -> None:
        stock = sold_out()
        entry = joined(stock)
        entry.close(stock, at=NOON)

        for again in (entry.leave, entry.lapse, entry.close):
            with pytest.raises(WaitingStatusConflict):
                again(stock, at=NOON)
        with pytest.raises(WaitingStatusConflict):
            entry.prioritize(1)
        assert stock[FLOOR_].waiting == 0

    @pytest.mark.parametrize("priority", [1001, -1001, 2**31])
    def test_priorities_are_bounded(self, priority: int) -> None:
        with pytest.raises(InvalidPriority):
            joined(sold_out()).prioritize(priority)


class TestTakingUp:
    @pytest.fixture
    def stock(self) -> Stock:
        return sold_out()

    @pytest.fixture
    def entry(self, stock: Stock) -> WaitingListEntry:
        entry = joined(stock)
        give_back(stock, 1)
        offer([entry], stock)
        return entry

    def claim(self, entry: WaitingListEntry, quote: Quote | None = None) -> Claim:
        return Claim(
            order_id=OrderId(uuid4()),
            number=uuid4().hex[:10],
            buyer=BUYER,
            quote=quote or a_quote(),
            offer_id=entry.id,
            offered=entry.blocked,
        )

    def test_what_was_set_aside_becomes_held(self, stock: Stock, entry: WaitingListEntry) -> None:
        decided = decide_orders([self.claim(entry)], stock, identities(), now=NOON, hold_for=HOUR)

        assert len(decided.orders) == 1
        assert (stock[FLOOR_].blocked, stock[FLOOR_].held) == (0, 1)
        kinds = [m.kind for m in decided.movements if m.allotment_id == FLOOR_]
        assert kinds == [MovementKind.UNBLOCK, MovementKind.HOLD]

    def test_an_offer_is_taken_once_in_a_batch(self, stock: Stock, entry: WaitingListEntry) -> None:
        other = joined(stock, name="alan")
        give_back(stock, 1)
        offer([other], stock)

        first, second = decide_orders(
            [self.claim(entry), self.claim(entry)], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(first, Order)
        assert isinstance(second, OfferLapsed)
        assert stock[FLOOR_].blocked == 1

    def test_a_promo_code_is_held_besides(self, stock: Stock, entry: WaitingListEntry) -> None:
        decided = decide_orders(
            [self.claim(entry, a_quote(promo=True))],
            stock,
            identities(),
            now=NOON,
            hold_for=HOUR,
        )

        assert len(decided.orders) == 1

    def test_a_refusal_leaves_the_offer_as_it_was(
        self, stock: Stock, entry: WaitingListEntry
    ) -> None:
        """The organiser made the ticket draw more of the room than there is."""
        quote = a_quote()
        object.__setattr__(quote, "draws", (Draw(FLOOR_, 1), Draw(EVENT_, 101)))

        [outcome] = decide_orders(
            [self.claim(entry, quote)], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(outcome, SoldOut)
        assert (stock[FLOOR_].blocked, stock[EVENT_].blocked) == (1, 1)

    def test_no_pass_is_asked_of_those_who_waited(
        self, stock: Stock, entry: WaitingListEntry
    ) -> None:
        quote = a_quote()
        object.__setattr__(quote, "needs_pass", True)

        [outcome] = decide_orders(
            [self.claim(entry, quote)], stock, identities(), now=NOON, hold_for=HOUR
        ).outcomes

        assert isinstance(outcome, Order)
