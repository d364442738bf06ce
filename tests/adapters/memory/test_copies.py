"""Copies of rows: equal, and independent in whatever may change."""

import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from adapters.memory.copies import copied
from domain.sales.order import OrderStatus
from domain.shared.period import Period
from tests.domain.sales.builders import NOON, a_claim, a_quote, an_order, usd


@dataclass
class Open:
    """Somebody may set more on it."""

    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sealed:
    """Frozen, but what is in it is not."""

    facts: dict[str, Any]


ROWS = [
    an_order(),
    a_claim(),
    usd(5),
    Period(NOON, NOON + timedelta(hours=1)),
    OrderStatus.PAID,
    {"a": [1, {2, 3}], "b": (Open(["x"]), None)},
    Sealed({"deep": {"er": [1]}}),
    bytearray(b"whatever else"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_a_copy_is_equal(row: object) -> None:
    assert copied(row) == row == copy.deepcopy(row)
    assert type(copied(row)) is type(row)


def test_what_may_change_is_not_shared() -> None:
    order = an_order()
    twin = copied(order)
    twin.status = OrderStatus.PAID
    twin.recorded.clear()
    sealed = Sealed({"deep": {"er": [1]}})
    copied(sealed).facts["deep"]["er"].append(2)
    opened = Open(["x"])
    other = copied(opened)
    other.names.append("y")

    assert order.status is OrderStatus.PENDING
    assert order.recorded
    assert sealed.facts == {"deep": {"er": [1]}}
    assert opened.names == ["x"]


def test_what_never_changes_is_shared() -> None:
    quote = a_quote()

    assert copied(quote.lines[0]) is quote.lines[0]
    assert copied(OrderStatus.PAID) is OrderStatus.PAID


def test_attributes_that_were_set_later_come_along() -> None:
    row: Any = Open(["x"])
    row.more = [1]
    twin = copied(row)
    twin.more.append(2)

    assert row.more == [1]
