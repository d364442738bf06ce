"""The public page of an event: rendered once, right to the second, gone when it is gone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from application.catalogue.public_events import PublicEvents
from application.catalogue.queries import EventDetail, EventQueries, Offered, OfferedTicketType
from application.shared.paging import Page
from application.shared.scope import PUBLIC, Scope
from application.shared.transaction import DatabaseDown
from domain.catalogue.errors import EventNotFound
from domain.catalogue.event import LocationType, Visibility
from domain.catalogue.phase import Phase
from domain.shared.ids import EventId, OrganizationId, TicketTypeId
from tests.conftest import VirtualClock

ORG = OrganizationId(UUID(int=1))
EVENT = EventId(UUID(int=2))
ELSEWHERE = EventId(UUID(int=3))
TICKS = (timedelta(microseconds=-1), timedelta(0))


@dataclass
class Shelf(EventQueries):
    """What can be read of one event; every reading is noted with its time."""

    clock: VirtualClock
    event: EventDetail
    is_there: bool = True
    is_down: bool = False
    read_at: list[datetime] = field(default_factory=list)

    async def get_event(self, scope: Scope, event_id: EventId) -> EventDetail:
        assert scope == PUBLIC
        self.read_at.append(self.clock())
        if self.is_down:
            raise DatabaseDown
        if event_id != self.event.id or not self.is_there:
            raise EventNotFound
        return self.event

    async def list_events(self, *_: object) -> Page[EventDetail]:  # type: ignore[override]
        raise NotImplementedError

    async def organization_of_event(self, event_id: EventId) -> OrganizationId:
        raise NotImplementedError


def a_ticket_type(start: datetime | None, end: datetime | None) -> OfferedTicketType:
    return OfferedTicketType(
        id=TicketTypeId(UUID(int=4)),
        name="Floor",
        description=None,
        price="50.00",
        currency="EUR",
        available=7,
        status=Offered.ACTIVE,
        is_on_sale=True,
        min_per_order=1,
        max_per_order=10,
        max_per_customer=None,
        sales_start=start,
        sales_end=end,
    )


@pytest.fixture
def event(clock: VirtualClock) -> EventDetail:
    """In ten days; nobody says when it is sold."""
    now = clock()
    return EventDetail(
        id=EVENT,
        organization_id=ORG,
        venue_id=None,
        name="Rock Night",
        slug="rock-night",
        description=None,
        category="music",
        tags=[],
        start_datetime=now + timedelta(days=10),
        end_datetime=now + timedelta(days=10, hours=3),
        timezone="Europe/Berlin",
        status=Phase.ON_SALE,
        visibility=Visibility.PUBLIC,
        location_type=LocationType.PHYSICAL,
        address=None,
        images=[],
        metadata={},
        sales_start=None,
        sales_end=None,
        capacity=100,
        currency="EUR",
        min_ticket_price="50.00",
        max_ticket_price="50.00",
        created_at=now,
        updated_at=now,
        ticket_types=[a_ticket_type(None, None)],
    )


@pytest.fixture
def shelf(clock: VirtualClock, event: EventDetail) -> Shelf:
    return Shelf(clock, event)


@pytest.fixture
def pages(shelf: Shelf, clock: VirtualClock) -> PublicEvents:
    return PublicEvents(shelf, clock)


async def test_the_page_is_the_event_in_json_with_a_validator_of_its_bytes(
    pages: PublicEvents, shelf: Shelf, clock: VirtualClock
) -> None:
    page, age, _ = await pages.page(EVENT)
    elsewhere, *_ = await PublicEvents(shelf, clock).page(EVENT)
    shelf.event = replace(shelf.event, capacity=99)
    clock.advance(timedelta(seconds=2))
    changed, *_ = await pages.page(EVENT)

    assert age == 0
    assert msgspec.json.decode(page.body, type=EventDetail).ticket_types[0].available == 7
    assert page == elsewhere
    assert page.etag != changed.etag
    assert page.etag[:1] == page.etag[-1:] == b'"'


async def test_an_event_that_left_is_gone_within_two_seconds(
    pages: PublicEvents, shelf: Shelf, clock: VirtualClock
) -> None:
    await pages.page(EVENT)
    shelf.is_there = False

    clock.advance(timedelta(seconds=2))

    with pytest.raises(EventNotFound):
        await pages.page(EVENT)


async def test_what_is_not_there_is_not_looked_for_by_each_of_a_crowd(
    pages: PublicEvents, shelf: Shelf
) -> None:
    for _ in range(10):
        with pytest.raises(EventNotFound):
            await pages.page(ELSEWHERE)

    assert len(shelf.read_at) == 1


async def test_a_change_made_here_is_seen_at_once(pages: PublicEvents, shelf: Shelf) -> None:
    await pages.page(EVENT)
    shelf.is_there = False

    pages.forget(EVENT)

    with pytest.raises(EventNotFound):
        await pages.page(EVENT)


@pytest.mark.parametrize(
    "edge", ["sales_start", "sales_end", "start_datetime", "end_datetime", "type start", "type end"]
)
async def test_the_page_is_read_again_at_the_very_edge(
    pages: PublicEvents, shelf: Shelf, clock: VirtualClock, edge: str
) -> None:
    at = clock() + timedelta(milliseconds=400)
    if edge.startswith("type"):
        times = (at, None) if edge == "type start" else (None, at)
        shelf.event = replace(shelf.event, ticket_types=[a_ticket_type(*times)])
    else:
        shelf.event = replace(shelf.event, **{edge: at})

    await pages.page(EVENT)
    for tick in TICKS:
        clock.now = at + tick
        await pages.page(EVENT)

    assert shelf.read_at == [at - timedelta(milliseconds=400), at]


async def test_without_the_database_the_last_copy_is_served_and_says_its_age(
    pages: PublicEvents, shelf: Shelf, clock: VirtualClock
) -> None:
    page, *_ = await pages.page(EVENT)
    shelf.is_down = True
    clock.advance(timedelta(seconds=40))

    last, age, _ = await pages.page(EVENT)
    clock.advance(timedelta(seconds=20))

    assert (last, age) == (page, 40)
    with pytest.raises(DatabaseDown):
        await pages.page(EVENT)
    with pytest.raises(DatabaseDown):
        await pages.page(ELSEWHERE)
