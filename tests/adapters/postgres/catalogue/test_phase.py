"""SQL and the domain agree on what an event is at any moment."""

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest_asyncio

from adapters.postgres.catalogue.event_queries import PostgresEventQueries
from adapters.postgres.database import Database
from application.catalogue.queries import EventFilter
from application.shared.paging import PageRequest
from domain.catalogue.event import Event
from domain.catalogue.phase import Intent, Phase, phase
from domain.catalogue.ticket_type import TicketTypeStatus
from domain.shared.ids import AllotmentId, EventId, TicketTypeId
from domain.shared.period import Period
from tests.adapters.postgres.catalogue.test_event_detail import Carts
from tests.conftest import VirtualClock
from tests.contracts.catalogue_contract import IN_ORG, Shop
from tests.contracts.test_catalogue import postgres_shop
from tests.domain.catalogue.builders import NOON, a_ticket_type, an_event

START = NOON + timedelta(days=10)
END = START + timedelta(hours=4)
SALES = (
    Period(),
    Period(NOON, None),
    Period(None, NOON),
    Period(NOON - timedelta(days=1), START + timedelta(hours=1)),
)
TICK = timedelta(microseconds=1)
INSTANTS = sorted(
    at + step
    for at in (NOON - timedelta(days=1), NOON, START, START + timedelta(hours=1), END)
    for step in (-TICK, timedelta(0), TICK)
)
STOCKS: tuple[int | None, ...] = (None, 0, 3)
PAGE = PageRequest(limit=100)


@pytest_asyncio.fixture
async def shop(postgres: Database) -> Shop:
    return await postgres_shop(postgres)


async def lay_out(shop: Shop, ids: list[EventId]) -> dict[EventId, tuple[Event, int | None]]:
    """An event for each intent, sales window and stock; None is an event that offers nothing."""
    laid: dict[EventId, tuple[Event, int | None]] = {}
    async with shop.begin(IN_ORG) as tx:
        for event_id, (intent, sales, left) in zip(
            ids, product(Intent, SALES, STOCKS), strict=True
        ):
            number = await tx.events.next_short_id()
            event = an_event(
                id=event_id,
                short_id=number,
                slug=f"event-{number}",
                starts_at=START,
                ends_at=END,
                sales=sales,
                intent=intent,
            )
            await tx.events.add(event)
            await tx.stock.open(AllotmentId(event_id), "event", event_id, 100)
            for name, status in (("A", TicketTypeStatus.ACTIVE), ("B", TicketTypeStatus.HIDDEN)):
                if name == "A" and left is None:
                    continue
                kind = TicketTypeId(UUID(int=number * 1000 + ord(name)))
                ticket_type = a_ticket_type(
                    id=kind,
                    event_id=event_id,
                    short_id=await tx.events.next_short_id(),
                    name=name,
                    status=status,
                )
                quantity = 9 if name == "B" else left or 0
                await tx.stock.open(AllotmentId(kind), "ticket_type", event_id, quantity)
                await tx.ticket_types.add(ticket_type)
            laid[event_id] = event, left
    return laid


async def test_sql_and_the_domain_see_the_same_phase(
    shop: Shop, postgres: Database, clock: VirtualClock
) -> None:
    count = len(Intent) * len(SALES) * len(STOCKS)
    ids = [EventId(UUID(int=n + 1)) for n in range(count)]
    laid = await lay_out(shop, ids)
    queries = PostgresEventQueries(postgres, clock, Carts())
    met = set()

    for clock.now in INSTANTS:
        listed = await queries.list_events(IN_ORG, EventFilter(), PAGE)
        told = {
            event_id: phase(
                event.intent,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                window=event.sales_window,
                available=left,
                now=clock.now,
            )
            for event_id, (event, left) in laid.items()
        }
        assert {view.id: view.status for view in listed.items} == told
        met |= set(told.values())

    assert met == set(Phase)


async def test_a_filter_finds_exactly_the_events_of_its_status(
    shop: Shop, postgres: Database, clock: VirtualClock
) -> None:
    count = len(Intent) * len(SALES) * len(STOCKS)
    ids = [EventId(UUID(int=n + 1)) for n in range(count)]
    await lay_out(shop, ids)
    queries = PostgresEventQueries(postgres, clock, Carts())

    everything = await queries.list_events(IN_ORG, EventFilter(), PAGE)

    for wanted in Phase:
        found = await queries.list_events(IN_ORG, EventFilter(status=wanted), PAGE)
        assert found.items == [view for view in everything.items if view.status is wanted]
