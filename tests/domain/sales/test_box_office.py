"""The box office: a batch of claims decided in order, each wholly or not at all."""

import copy
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.sales.box_office import Decisions, MovementKind, decide_orders
from domain.sales.errors import OfferChanged, PromoCodeExhausted, SaleClosed, SaleNotOpen, SoldOut
from domain.sales.order import Order, OrderStatus
from domain.sales.quote import Window
from domain.shared.ids import AllotmentId
from domain.shared.period import Period
from tests.domain.sales.builders import (
    CODE,
    EVENT,
    FLOOR,
    NOON,
    VIP,
    a_claim,
    a_quote,
    a_stock,
    identities,
)

TTL = timedelta(minutes=15)


def decide(claims: list, stock: dict) -> Decisions:  # type: ignore[type-arg]  # Builders' types.
    return decide_orders(claims, stock, identities(), now=NOON, hold_for=TTL)


def test_a_claim_holds_its_stock_for_its_time() -> None:
    stock = a_stock()

    [order] = decide([a_claim(a_quote({FLOOR: 2}))], stock).orders

    assert order.expires_at == NOON + TTL
    assert stock[AllotmentId(FLOOR)].held == 2
    assert stock[AllotmentId(EVENT)].held == 2


def test_the_last_unit_goes_to_the_first_in_line_and_the_others_are_refused() -> None:
    stock = a_stock(floor=1)

    outcomes = decide([a_claim(), a_claim(), a_claim()], stock).outcomes

    assert isinstance(outcomes[0], Order)
    assert [type(outcome) for outcome in outcomes[1:]] == [SoldOut, SoldOut]


def test_a_refused_claim_holds_nothing_at_all() -> None:
    stock = a_stock(floor=10, vip=1)
    before = copy.deepcopy(stock)

    [outcome] = decide([a_claim(a_quote({FLOOR: 2, VIP: 2}))], stock).outcomes

    assert isinstance(outcome, SoldOut)
    assert stock == before


def test_the_room_is_scarcer_than_the_types() -> None:
    stock = a_stock(event=3)

    outcomes = decide([a_claim(a_quote({FLOOR: 2})), a_claim(a_quote({VIP: 2}))], stock).outcomes

    assert isinstance(outcomes[0], Order)
    assert isinstance(outcomes[1], SoldOut)


def test_a_code_is_used_as_often_as_it_may_be() -> None:
    stock = a_stock(code=1)

    outcomes = decide([a_claim(a_quote(promo=True)) for _ in range(2)], stock).outcomes

    assert isinstance(outcomes[0], Order)
    assert isinstance(outcomes[1], PromoCodeExhausted)
    assert stock[AllotmentId(FLOOR)].held == 1
    assert stock[AllotmentId(CODE)].held == 1


def test_a_quote_of_an_older_offer_is_refused() -> None:
    stock = a_stock()
    stock[AllotmentId(EVENT)].revision = 1

    [outcome] = decide([a_claim(a_quote(revision=0))], stock).outcomes

    assert isinstance(outcome, OfferChanged)


def test_windows_are_checked_by_the_clock_of_the_lock() -> None:
    early = Window(Period(starts=NOON + timedelta(microseconds=1)), "event")
    late = Window(Period(ends=NOON), "ticket_type")

    outcomes = decide(
        [a_claim(a_quote(windows=(early,))), a_claim(a_quote(windows=(late,)))], a_stock()
    ).outcomes

    assert isinstance(outcomes[0], SaleNotOpen)
    assert isinstance(outcomes[1], SaleClosed)


def test_what_costs_nothing_is_paid_at_once_with_its_tickets() -> None:
    stock = a_stock()

    decisions = decide([a_claim(a_quote({FLOOR: 3}, price=0))], stock)

    assert decisions.orders[0].status is OrderStatus.PAID
    assert len(decisions.tickets) == 3
    assert stock[AllotmentId(FLOOR)].sold == 3
    assert stock[AllotmentId(FLOOR)].held == 0


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 4), st.booleans(), st.sampled_from([0, 500])),
        max_size=30,
    ),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 5),
)
def test_a_batch_never_oversells_and_its_history_adds_up(
    wishes: list[tuple[int, int, bool, int]], event: int, floor: int, code: int
) -> None:
    stock = a_stock(event=event, floor=floor, vip=5, code=code)
    claims = []
    for on_floor, vip, promo, price in wishes:
        items = {FLOOR: on_floor} | ({VIP: vip} if vip else {})
        claims.append(a_claim(a_quote(items, price=price, promo=promo)))

    decisions = decide(claims, stock)

    for id_, allotment in stock.items():
        assert allotment.capacity is not None
        assert allotment.held + allotment.sold <= allotment.capacity
        moved = dict.fromkeys(MovementKind, 0)
        for movement in decisions.movements:
            if movement.allotment_id == id_:
                moved[movement.kind] += movement.quantity
        assert allotment.sold == moved[MovementKind.SELL]
        assert allotment.held == moved[MovementKind.HOLD] - moved[MovementKind.SELL]
    paid = [order for order in decisions.orders if order.status is OrderStatus.PAID]
    assert len(decisions.tickets) == sum(line.quantity for o in paid for line in o.lines)
