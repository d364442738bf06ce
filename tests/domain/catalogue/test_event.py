"""An event's own rules."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.errors import (
    CurrencyFixed,
    EventIsOver,
    EventStatusConflict,
    InvalidDocument,
    InvalidEventCapacity,
    InvalidSchedule,
    NoTicketTypes,
    NoWayToPay,
    TooManyTags,
)
from domain.catalogue.event import free_slug, wanted_slug
from domain.catalogue.events import EventCancelled, EventPublished, EventUnpublished
from domain.catalogue.phase import Intent
from domain.shared.errors import DomainError
from domain.shared.money import Money, UnknownCurrency
from domain.shared.period import InvalidPeriod, Period
from domain.shared.text import InvalidText
from domain.shared.timezone import UnknownTimezone
from tests.domain.catalogue.builders import EVENT, NOON, ORG, an_event

FIFTY = Money(5000, "EUR")
FREE = Money(0, "EUR")


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"ends_at": NOON + timedelta(days=30)}, InvalidSchedule),
        ({"starts_at": (NOON + timedelta(days=1)).replace(tzinfo=None)}, InvalidSchedule),
        ({"starts_at": NOON.replace(year=1)}, InvalidSchedule),
        ({"ends_at": NOON.replace(year=9999)}, InvalidSchedule),
        ({"sales": Period(None, NOON + timedelta(days=31))}, InvalidSchedule),
        ({"sales": Period(NOON + timedelta(days=30), None)}, InvalidPeriod),
        ({"timezone": "Middle/Earth"}, UnknownTimezone),
        ({"currency": "XXX"}, UnknownCurrency),
        ({"capacity": 0}, InvalidEventCapacity),
        ({"capacity": 1_000_001}, InvalidEventCapacity),
        ({"name": "  "}, InvalidText),
        ({"name": "n" * 201}, InvalidText),
        ({"description": "d" * 20_001}, InvalidText),
        ({"category": ""}, InvalidText),
        ({"tags": tuple(str(n) for n in range(21))}, TooManyTags),
        ({"metadata": {"blob": "x" * 16_385}}, InvalidDocument),
        ({"images": ("x" * 16_385,)}, InvalidDocument),
    ],
)
def test_what_cannot_be_is_refused(wanted: dict[str, Any], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        an_event(**wanted)


def test_a_document_that_is_nested_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]

    with pytest.raises(InvalidDocument):
        an_event(metadata={"deep": nested})


def test_tags_are_kept_once_and_in_order() -> None:
    event = an_event(tags=("rock", " loud ", "rock"))

    assert event.tags == ("rock", "loud")


def test_publishing_is_announced() -> None:
    event = an_event()

    event.publish([FIFTY], can_take_money=True, at=NOON)

    assert (event.intent, event.published_at) == (Intent.PUBLISHED, NOON)
    assert event.take_recorded() == [
        EventPublished(organization_id=ORG, aggregate_id=EVENT, at=NOON)
    ]


def test_what_is_not_ready_is_not_published() -> None:
    event = an_event()

    with pytest.raises(NoTicketTypes):
        event.publish([], can_take_money=True, at=NOON)
    with pytest.raises(NoWayToPay):
        event.publish([FREE, FIFTY], can_take_money=False, at=NOON)
    with pytest.raises(EventIsOver):
        event.publish([FREE], can_take_money=False, at=event.ends_at)
    assert event.intent is Intent.DRAFT
    assert event.take_recorded() == []


def test_a_free_event_needs_no_way_to_pay() -> None:
    event = an_event()

    event.publish([FREE], can_take_money=False, at=NOON)

    assert event.intent is Intent.PUBLISHED


def test_unpublishing_is_announced_and_remembers_that_it_was_public() -> None:
    event = an_event(intent=Intent.PUBLISHED, published_at=NOON)
    later = NOON + timedelta(hours=1)

    event.unpublish(at=later)

    assert (event.intent, event.published_at) == (Intent.DRAFT, NOON)
    assert event.take_recorded() == [
        EventUnpublished(organization_id=ORG, aggregate_id=EVENT, at=later)
    ]


@pytest.mark.parametrize("intent", [Intent.DRAFT, Intent.PUBLISHED])
def test_cancelling_is_announced_with_its_reason(intent: Intent) -> None:
    event = an_event(intent=intent)

    event.cancel(" Rain ", at=NOON)

    assert (event.intent, event.cancelled_at) == (Intent.CANCELLED, NOON)
    assert event.take_recorded() == [
        EventCancelled(organization_id=ORG, aggregate_id=EVENT, at=NOON, reason="Rain")
    ]


def test_cancelled_is_for_ever() -> None:
    event = an_event(intent=Intent.CANCELLED, cancelled_at=NOON)

    with pytest.raises(EventStatusConflict):
        event.publish([FIFTY], can_take_money=True, at=NOON)
    with pytest.raises(EventStatusConflict):
        event.unpublish(at=NOON)
    with pytest.raises(EventStatusConflict):
        event.cancel("again", at=NOON)
    with pytest.raises(EventStatusConflict):
        event.edited({"name": "Revival"}, has_ticket_types=False, at=NOON)
    with pytest.raises(EventStatusConflict):
        event.offer(FREE, can_take_money=True)


def test_the_currency_is_fixed_once_there_are_ticket_types() -> None:
    event = an_event()

    with pytest.raises(CurrencyFixed):
        event.edited({"currency": "USD"}, has_ticket_types=True, at=NOON)
    same = event.edited({"currency": "EUR"}, has_ticket_types=True, at=NOON)
    other = event.edited({"currency": "USD"}, has_ticket_types=False, at=NOON)

    assert (same.currency, other.currency) == ("EUR", "USD")


def test_an_edit_is_checked_as_a_whole() -> None:
    event = an_event()

    with pytest.raises(InvalidSchedule):
        event.edited({"ends_at": event.starts_at}, has_ticket_types=False, at=NOON)


@given(name=st.text(max_size=50), copies=st.integers(min_value=1, max_value=20))
def test_events_of_one_name_have_addresses_of_their_own(name: str, copies: int) -> None:
    wanted = wanted_slug(name)
    taken: set[str] = set()

    for _ in range(copies):
        slug = free_slug(wanted, taken)
        assert slug not in taken
        taken.add(slug)

    assert wanted in taken
    assert all(slug.startswith(wanted) for slug in taken)
