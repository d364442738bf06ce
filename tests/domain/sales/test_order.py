"""An order's life against its table, and its arithmetic."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.sales.errors import EmptyOrder, InvalidQuantity, OrderStatusConflict
from domain.sales.events import OrderCancelled, OrderExpired, OrderPaid, OrderPlaced
from domain.sales.order import OrderLine
from domain.sales.quote import Quote
from domain.sales.ticket import tickets_for
from domain.shared.money import Money
from tests.domain.sales.builders import FLOOR, NOON, VIP, a_quote, an_order, identities, usd

ALLOWED = {
    ("pending", "paid"),
    ("pending", "expired"),
    ("pending", "cancelled"),
    ("expired", "paid"),
    ("paid", "cancelled"),
}


class OrderMachine(RuleBasedStateMachine):
    """Every verb in every state: what the table allows happens and is announced, nothing else."""

    @initialize()
    def place(self) -> None:
        self.order = an_order()
        self.status = "pending"
        self.announced = ["OrderPlaced"]

    @rule(wanted=st.sampled_from(["paid", "expired", "cancelled"]))
    def become(self, wanted: str) -> None:
        verbs = {
            "paid": lambda: self.order.pay(at=NOON),
            "expired": lambda: self.order.expire(at=NOON),
            "cancelled": lambda: self.order.cancel(reason="changed my mind", at=NOON),
        }
        if (self.status, wanted) in ALLOWED:
            verbs[wanted]()
            self.status = wanted
            self.announced.append(f"Order{wanted.capitalize()}")
        else:
            with pytest.raises(OrderStatusConflict):
                verbs[wanted]()

    @invariant()
    def it_is_what_the_table_says(self) -> None:
        if hasattr(self, "order"):
            assert self.order.status.value == self.status
            assert [type(event).__name__ for event in self.order.recorded] == self.announced
            assert (self.order.paid_at is not None) >= (self.status == "paid")


TestOrderLife = OrderMachine.TestCase


def test_an_order_without_lines_cannot_be() -> None:
    with pytest.raises(EmptyOrder):
        an_order(quote=_without_lines())


def _without_lines() -> Quote:
    return dataclasses.replace(a_quote(), lines=())


def test_an_unpaid_order_is_overdue_from_its_very_instant() -> None:
    order = an_order()

    assert not order.is_overdue(NOON + timedelta(minutes=15) - timedelta(microseconds=1))
    assert order.is_overdue(NOON + timedelta(minutes=15))


def test_a_paid_order_is_never_overdue() -> None:
    order = an_order()

    order.pay(at=NOON)

    assert not order.is_overdue(NOON + timedelta(days=1))


@given(
    st.dictionaries(st.sampled_from([FLOOR, VIP]), st.integers(1, 30), min_size=1),
    st.integers(0, 10**7),
    st.integers(0, 10**5),
    st.data(),
)
def test_tickets_cost_exactly_what_their_lines_cost(
    items: dict[object, int], price: int, fees: int, data: st.DataObject
) -> None:
    discount = data.draw(st.integers(0, price * sum(items.values())))

    order = an_order(a_quote(items, price=price, discount=discount, fees=fees))  # type: ignore[arg-type]  # Ids.
    tickets = tickets_for(order, identities(), at=NOON)

    assert len(tickets) == sum(items.values())
    assert sum(ticket.price.minor for ticket in tickets) == (order.subtotal - order.discount).minor
    assert order.total == order.subtotal - order.discount + order.fees + order.tax
    assert all(ticket.price.minor >= 0 for ticket in tickets)
    places = [(ticket.line_position, ticket.unit) for ticket in tickets]
    assert len(set(places)) == len(places)


def test_domain_events_speak_of_their_order() -> None:
    order = an_order()
    order.expire(at=NOON)
    order.pay(at=NOON)
    order.cancel(reason="refunded", at=NOON)

    kinds = [OrderPlaced, OrderExpired, OrderPaid, OrderCancelled]

    assert [type(event) for event in order.recorded] == kinds
    assert {event.aggregate_id for event in order.recorded} == {order.id}


def test_a_line_is_never_empty() -> None:
    with pytest.raises(InvalidQuantity):
        OrderLine(
            ticket_type_id=FLOOR, name="x", quantity=0, unit_price=usd(1), discount=Money(0, "USD")
        )
