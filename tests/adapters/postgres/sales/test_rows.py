"""Orders and tickets survive their rows, whatever is in them."""

import dataclasses
from datetime import UTC
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.sales.tables import (
    lines_to_rows,
    order_from_rows,
    order_lines,
    order_to_row,
    orders,
    ticket_from_row,
    ticket_to_row,
    tickets,
)
from domain.sales.order import Buyer, Draw, Order, OrderLine, OrderStatus
from domain.sales.ticket import Ticket, TicketStatus
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    OrganizationId,
    PromoCodeId,
    TicketId,
    TicketTypeId,
    UserId,
)
from domain.shared.money import Money

ids = st.uuids()
instants = st.datetimes(timezones=st.just(UTC))
sums = st.integers(0, 10**9).map(lambda minor: Money(minor, "JPY"))
lines = st.builds(
    OrderLine,
    ticket_type_id=ids.map(TicketTypeId),
    name=st.text(min_size=1),
    quantity=st.integers(1, 100),
    unit_price=sums,
    discount=st.just(Money(0, "JPY")),
)
some_orders = st.builds(
    Order,
    version=st.integers(1, 9),
    recorded=st.just([]),
    organization_id=ids.map(OrganizationId),
    id=ids.map(OrderId),
    number=st.text(min_size=1),
    event_id=ids.map(EventId),
    buyer=st.builds(Buyer, id=st.none() | ids.map(UserId), name=st.text(), email=st.text()),
    currency=st.just("JPY"),
    lines=st.lists(lines, min_size=1, max_size=4).map(tuple),
    fees=sums,
    tax=sums,
    draws=st.lists(st.builds(Draw, ids.map(AllotmentId), st.integers(1, 9))).map(tuple),
    placed_at=instants,
    expires_at=instants,
    promo_code_id=st.none() | ids.map(PromoCodeId),
    promo_code=st.none() | st.text(),
    status=st.sampled_from(OrderStatus),
    paid_at=st.none() | instants,
    closed_at=st.none() | instants,
    close_reason=st.none() | st.text(),
)
some_tickets = st.builds(
    Ticket,
    version=st.integers(1, 9),
    recorded=st.just([]),
    organization_id=ids.map(OrganizationId),
    id=ids.map(TicketId),
    order_id=ids.map(OrderId),
    line_position=st.integers(0, 20),
    unit=st.integers(0, 99),
    event_id=ids.map(EventId),
    ticket_type_id=ids.map(TicketTypeId),
    code=st.binary(min_size=12, max_size=12),
    holder_id=st.none() | ids.map(UserId),
    holder_name=st.text(),
    holder_email=st.text(),
    price=sums,
    issued_at=instants,
    generation=st.integers(0, 32_767),
    status=st.sampled_from(TicketStatus),
    cancelled_at=st.none() | instants,
)


def as_row(columns: dict[str, Any]) -> Any:
    return cast("Any", SimpleNamespace(**columns))


@given(some_orders)
def test_an_order_comes_back_from_its_rows(order: Order) -> None:
    row, line_rows = order_to_row(order), lines_to_rows(order)

    back = order_from_rows(as_row(row), [as_row(line) for line in line_rows])

    assert back == order
    assert set(row) == {column.name for column in orders.columns}
    assert set(line_rows[0]) == {column.name for column in order_lines.columns}
    assert row["total_minor"] == order.total.minor


@given(some_tickets)
def test_a_ticket_comes_back_from_its_row(ticket: Ticket) -> None:
    row = ticket_to_row(ticket)

    assert ticket_from_row(as_row(row)) == ticket
    assert set(row) == {column.name for column in tickets.columns}


def test_a_lost_column_would_be_noticed() -> None:
    fields = {field.name for field in dataclasses.fields(Ticket)} - {"recorded", "price"}

    assert fields <= {column.name for column in tickets.columns}
