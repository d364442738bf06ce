"""Carts promise prices while they live, never longer than the cap, and become one order at most."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.sales.cart import Cart, CartStatus, CartTerms, places_of
from domain.sales.errors import (
    CartExpired,
    CartExtensionRefused,
    CartItemNotFound,
    CartNotFound,
    CartOrdered,
    SeveralEvents,
)
from domain.sales.events import CartExpired as CartHasExpired
from domain.sales.order import Draw
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, CartId, EventId, OrderId
from tests.domain.sales.builders import BUYER, CODE, EVENT, FLOOR, NOON, VIP, a_quote, usd

TERMS = CartTerms(hold_for=timedelta(minutes=10), extendable_for=timedelta(minutes=30))


def a_cart(quote: Quote | None = None) -> Cart:
    return Cart.open(
        quote or a_quote({FLOOR: 2}),
        id=CartId(uuid4()),
        owner_id=BUYER.id,
        token_hash=None,
        client=UUID(int=7),
        at=NOON,
        terms=TERMS,
    )


def after(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def test_a_new_cart_lives_for_ten_minutes() -> None:
    cart = a_cart()

    assert cart.is_live(NOON + after(9.99))
    assert not cart.is_live(NOON + after(10))
    assert cart.status_at(NOON + after(10)) is CartStatus.EXPIRED


def test_a_live_cart_keeps_its_time_when_it_is_filled() -> None:
    cart = a_cart()

    cart.fill(a_quote({FLOOR: 2, VIP: 1}), at=NOON + after(9), terms=TERMS)

    assert [item.quantity for item in cart.items] == [2, 1]
    assert cart.expires_at == NOON + after(10)


def test_prices_are_promised_until_its_time_is_over() -> None:
    cart = a_cart(a_quote({FLOOR: 1}, price=4000))

    assert cart.promised(NOON + after(5)) == {FLOOR: usd(4000)}
    assert cart.promised(NOON + after(10)) == {}


def test_a_lapsed_cart_begins_anew() -> None:
    cart = a_cart(a_quote({FLOOR: 1}, price=4000))
    later = NOON + after(60)
    cart.expire(at=NOON + after(11))

    cart.fill(a_quote({FLOOR: 1}, price=5000), at=later, terms=TERMS)

    assert (cart.status, cart.closed_at) == (CartStatus.OPEN, None)
    assert cart.opened_at == later
    assert cart.promised(later) == {FLOOR: usd(5000)}


def test_it_takes_one_event() -> None:
    cart = a_cart()
    quote = a_quote({FLOOR: 1})
    object.__setattr__(quote, "event_id", EventId(uuid4()))

    with pytest.raises(SeveralEvents):
        cart.fill(quote, at=NOON, terms=TERMS)


def test_a_codes_use_is_not_held() -> None:
    cart = a_cart(a_quote({FLOOR: 2}, promo=True))

    assert AllotmentId(CODE) not in {draw.allotment_id for draw in cart.draws}


def test_a_family_ticket_takes_four_places() -> None:
    quote = a_quote({FLOOR: 1})
    room = Draw(AllotmentId(EVENT), 4)
    object.__setattr__(quote, "draws", (Draw(AllotmentId(FLOOR), 1), room))

    assert places_of(quote) == a_cart(quote).places == 4


def test_without_the_events_room_its_tickets_are_counted() -> None:
    quote = a_quote({FLOOR: 3})
    object.__setattr__(quote, "draws", (Draw(AllotmentId(FLOOR), 3),))

    assert places_of(quote) == 3


def test_the_last_item_empties_it() -> None:
    cart = a_cart(a_quote({FLOOR: 1, VIP: 1}))

    cart.remove(FLOOR, (Draw(AllotmentId(VIP), 1),), at=NOON)
    assert [item.ticket_type_id for item in cart.items] == [VIP]
    with pytest.raises(CartItemNotFound):
        cart.remove(FLOOR, (), at=NOON)
    cart.remove(VIP, (), at=NOON)

    assert (cart.status, cart.items, cart.draws) == (CartStatus.EMPTIED, (), ())
    with pytest.raises(CartNotFound):
        cart.fill(a_quote(), at=NOON, terms=TERMS)


def test_each_extension_gives_a_full_term_up_to_the_cap() -> None:
    cart = a_cart()

    ends = []
    for minute in (1, 9, 18, 25):
        cart.extend(at=NOON + after(minute), terms=TERMS)
        ends.append((cart.expires_at - NOON) / after(1))

    assert ends == [11, 19, 28, 30]
    with pytest.raises(CartExtensionRefused) as refusal:
        cart.extend(at=NOON + after(29), terms=TERMS)
    assert refusal.value.facts == {
        "expires_at": NOON + after(30),
        "extendable_until": NOON + after(30),
    }


def test_what_is_over_is_not_extended() -> None:
    cart = a_cart()

    with pytest.raises(CartExpired):
        cart.extend(at=NOON + after(10), terms=TERMS)


def test_it_expires_once_and_not_before_its_time() -> None:
    cart = a_cart()

    cart.expire(at=NOON + after(9))
    assert cart.status is CartStatus.OPEN
    cart.expire(at=NOON + after(10))
    cart.expire(at=NOON + after(11))

    [event] = cart.take_recorded()
    assert isinstance(event, CartHasExpired)
    assert cart.closed_at == NOON + after(10)


@pytest.mark.parametrize("verb", ["fill", "remove", "extend", "empty", "give_way"])
def test_an_ordered_cart_is_done(verb: str) -> None:
    cart = a_cart()
    order_id = OrderId(uuid4())
    cart.become_order(order_id, at=NOON)

    with pytest.raises(CartOrdered) as refusal:
        match verb:
            case "fill":
                cart.fill(a_quote(), at=NOON, terms=TERMS)
            case "remove":
                cart.remove(FLOOR, (), at=NOON)
            case "extend":
                cart.extend(at=NOON, terms=TERMS)
            case "empty":
                cart.empty(at=NOON)
            case _:
                cart.give_way(at=NOON)

    assert refusal.value.facts["order_id"] == order_id


@given(hold=st.integers(1, 60), cap=st.integers(1, 120), steps=st.lists(st.integers(0, 20)))
def test_no_sequence_of_extensions_goes_beyond_the_cap(
    hold: int, cap: int, steps: list[int]
) -> None:
    terms = CartTerms(after(hold), after(cap))
    cart = a_cart()
    cart.begin(at=NOON, terms=terms)
    now = NOON
    for step in steps:
        now += after(step)
        before = cart.expires_at
        try:
            cart.extend(at=now, terms=terms)
        except DomainError:
            assert cart.expires_at == before
        assert cart.expires_at <= max(cart.extendable_until, NOON + after(hold))


class CartMachine(RuleBasedStateMachine):
    """Whatever a buyer and the sweeper do, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.cart = a_cart()
        self.ended = False

    @rule(minutes=st.integers(0, 15))
    def time_passes(self, minutes: int) -> None:
        self.now += after(minutes)

    @rule(quantity=st.integers(1, 5), price=st.integers(0, 9000))
    def fill(self, quantity: int, price: int) -> None:
        live = self.cart.is_live(self.now)
        ends = self.cart.expires_at
        try:
            self.cart.fill(a_quote({FLOOR: quantity}, price=price), at=self.now, terms=TERMS)
        except (CartOrdered, CartNotFound):
            assert self.ended
        else:
            assert self.cart.is_live(self.now)
            assert self.cart.expires_at == (ends if live else self.now + TERMS.hold_for)

    @rule()
    def extend(self) -> None:
        live = self.cart.is_live(self.now)
        try:
            self.cart.extend(at=self.now, terms=TERMS)
        except (CartOrdered, CartNotFound, CartExpired, CartExtensionRefused):
            assert self.cart.is_live(self.now) == live
        else:
            assert live

    @rule()
    def sweep(self) -> None:
        self.cart.expire(at=self.now)
        assert not self.cart.is_live(self.now) or self.cart.closed_at is None

    @precondition(lambda self: not self.ended and self.cart.is_live(self.now))
    @rule(is_order=st.booleans())
    def end(self, is_order: bool) -> None:
        if is_order:
            self.cart.become_order(OrderId(uuid4()), at=self.now)
        else:
            self.cart.empty(at=self.now)
        self.ended = True

    @invariant()
    def nothing_is_promised_by_the_dead(self) -> None:
        if self.ended or self.now >= self.cart.expires_at:
            assert self.cart.promised(self.now) == {}

    @invariant()
    def what_ended_stays_so(self) -> None:
        if self.ended:
            assert self.cart.status in (CartStatus.ORDERED, CartStatus.EMPTIED)

    @invariant()
    def the_cap_holds(self) -> None:
        assert self.cart.expires_at - self.cart.opened_at <= TERMS.extendable_for


TestCartMachine = CartMachine.TestCase
