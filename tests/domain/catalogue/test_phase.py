"""What an event is shown as follows from what is wanted, the times and the stock."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.phase import Intent, Phase, phase, sales_window
from domain.shared.period import InvalidPeriod, Period
from tests.domain.catalogue.builders import NOON

START = NOON + timedelta(days=30)
END = START + timedelta(hours=4)

instants = st.integers(min_value=-50, max_value=50).map(lambda days: NOON + timedelta(days=days))
stocks = st.none() | st.integers(min_value=0, max_value=10)


def seen(
    now: datetime,
    *,
    intent: Intent = Intent.PUBLISHED,
    sales: Period | None = None,
    available: int | None = 1,
) -> Phase:
    return phase(
        intent,
        starts_at=START,
        ends_at=END,
        window=sales_window(sales or Period(), START),
        available=available,
        now=now,
    )


@given(now=instants, available=stocks)
def test_drafts_and_cancelled_events_stay_what_they_are(
    now: datetime, available: int | None
) -> None:
    assert seen(now, intent=Intent.DRAFT, available=available) is Phase.DRAFT
    assert seen(now, intent=Intent.CANCELLED, available=available) is Phase.CANCELLED


@given(available=stocks)
def test_the_boundaries_belong_to_what_begins(available: int | None) -> None:
    just_before = timedelta(microseconds=1)

    assert seen(START, available=available) is Phase.LIVE
    assert seen(END - just_before, available=available) is Phase.LIVE
    assert seen(END, available=available) is Phase.COMPLETED


@given(now=instants, available=stocks)
def test_only_a_published_event_with_an_open_window_and_stock_is_on_sale(
    now: datetime, available: int | None
) -> None:
    sales = Period(NOON, NOON + timedelta(days=10))

    is_on_sale = seen(now, sales=sales, available=available) is Phase.ON_SALE

    assert is_on_sale == (now in sales and available is not None and available > 0)


def test_the_status_tells_why_tickets_cannot_be_had() -> None:
    later = Period(NOON + timedelta(days=1), None)

    assert seen(NOON, sales=later) is Phase.PUBLISHED
    assert seen(NOON, available=0) is Phase.SOLD_OUT
    assert seen(NOON, available=None) is Phase.PUBLISHED


@given(orders=st.lists(instants, min_size=2))
def test_a_published_event_never_goes_back_in_time(orders: list[datetime]) -> None:
    order = [Phase.PUBLISHED, Phase.ON_SALE, Phase.LIVE, Phase.COMPLETED]
    sales = Period(NOON, None)

    phases = [order.index(seen(now, sales=sales)) for now in sorted(orders)]

    assert phases == sorted(phases)


@given(starts=st.none() | instants, ends=st.none() | instants, now=instants)
def test_a_window_contains_what_lies_between_its_ends(
    starts: datetime | None, ends: datetime | None, now: datetime
) -> None:
    try:
        period = Period(starts, ends)
    except InvalidPeriod:
        assert starts is not None
        assert ends is not None
        assert ends <= starts
        return

    assert (now in period) == ((starts is None or starts <= now) and (ends is None or now < ends))


def test_sales_end_at_the_start_unless_said_otherwise() -> None:
    later = END - timedelta(hours=1)

    assert sales_window(Period(NOON, None), START) == Period(NOON, START)
    assert sales_window(Period(NOON, later), START) == Period(NOON, later)
    with pytest.raises(InvalidPeriod):
        sales_window(Period(START, None), START)
