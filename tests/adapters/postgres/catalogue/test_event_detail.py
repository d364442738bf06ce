"""The page of an event: one statement, and what lies in carts is nobody else's."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest_asyncio
from sqlalchemy import text

from adapters.postgres.catalogue.event_queries import PostgresEventQueries
from adapters.postgres.catalogue.ticket_type_queries import PostgresTicketTypeQueries
from adapters.postgres.database import Database
from application.catalogue.queries import Offered, OfferedTicketType
from application.shared.scope import PUBLIC, Scope
from domain.catalogue.phase import Intent
from domain.catalogue.ticket_type import Draw, TicketType, TicketTypeStatus
from domain.shared.ids import AllotmentId, EventId, TicketTypeId
from domain.shared.period import Period
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.catalogue_contract import IN_ORG
from tests.contracts.test_catalogue import postgres_shop
from tests.domain.catalogue.builders import EVENT, NOON, a_ticket_type, an_event

SINGLE, FAMILY, SECRET = (TicketTypeId(UUID(int=number)) for number in (91, 92, 93))
ROOM = AllotmentId(EVENT)


class Carts:
    """What lies in carts, and which allotments were asked about."""

    def __init__(self) -> None:
        self.units: dict[AllotmentId, int] = {}
        self.asked: list[set[AllotmentId]] = []

    async def in_carts(
        self, event_id: EventId, ids: Iterable[AllotmentId]
    ) -> Mapping[AllotmentId, int]:
        assert event_id == EVENT
        self.asked.append(set(ids))
        return self.units


def the_type(id_: TicketTypeId, units: int, **facts: object) -> TicketType:
    draws = (Draw(AllotmentId(id_), 1), Draw(ROOM, units))
    return a_ticket_type(id=id_, event_id=EVENT, name=str(id_.int), draws=draws, **facts)


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres: Database, clock: VirtualClock) -> Database:
    """An event with room for 10: singles (8), families that take four places each, a secret."""
    clock.now = NOON
    shop = await postgres_shop(postgres)
    async with shop.begin(IN_ORG) as tx:
        event = an_event(
            intent=Intent.PUBLISHED,
            published_at=NOON,
            starts_at=NOON + timedelta(days=9),
            ends_at=NOON + timedelta(days=10),
            sales=Period(),
        )
        await tx.events.add(event)
        await tx.stock.open(ROOM, "event", EVENT, 10)
        for id_, units, quantity, status in (
            (SINGLE, 1, 8, TicketTypeStatus.ACTIVE),
            (FAMILY, 4, 8, TicketTypeStatus.ACTIVE),
            (SECRET, 1, 8, TicketTypeStatus.HIDDEN),
        ):
            await tx.stock.open(AllotmentId(id_), "ticket_type", EVENT, quantity)
            number = await tx.events.next_short_id()
            kind = the_type(id_, units, status=status, short_id=number, sort_order=100 - id_.int)
            await tx.ticket_types.add(kind)
    return postgres


async def shown(
    database: Database, clock: VirtualClock, carts: Carts, scope: Scope = PUBLIC
) -> list[OfferedTicketType]:
    queries = PostgresEventQueries(database, clock, carts)
    return (await queries.get_event(scope, EVENT)).ticket_types


async def test_each_kind_is_in_its_order_with_the_scarcest_of_its_draws(
    database: Database, clock: VirtualClock
) -> None:
    carts = Carts()

    public = await shown(database, clock, carts)
    member = await shown(database, clock, carts, IN_ORG)

    assert [(one.id, one.available) for one in public] == [(FAMILY, 2), (SINGLE, 8)]
    assert [(one.id, one.status) for one in member] == [
        (SECRET, Offered.HIDDEN),
        (FAMILY, Offered.ACTIVE),
        (SINGLE, Offered.ACTIVE),
    ]
    assert carts.asked[0] == {ROOM, AllotmentId(FAMILY), AllotmentId(SINGLE)}


async def test_it_says_what_the_ticket_types_say(database: Database, clock: VirtualClock) -> None:
    async with all_rows(database) as connection:
        await connection.execute(
            text("update allotment_counters set held = 1, sold = 2, waiting = 1 where capacity = 8")
        )
        await connection.execute(
            text("update allotment_counters set capacity = null where capacity = 10")
        )

    page = await shown(database, clock, Carts(), IN_ORG)
    types = await PostgresTicketTypeQueries(database, clock).list_ticket_types(IN_ORG, EVENT)

    assert [one.available for one in page] == [4, 4, 4]
    for one, other in zip(page, types.items, strict=True):
        assert (one.id, one.name, one.price) == (other.id, other.name, other.price)
        assert (one.available, one.status) == (other.quantity_available, other.status)
        assert (one.sales_start, one.sales_end) == (other.sales_start, other.sales_end)


async def test_what_lies_in_carts_is_not_available_and_not_sold(
    database: Database, clock: VirtualClock
) -> None:
    carts = Carts()
    carts.units = {ROOM: 7, AllotmentId(SINGLE): 99}

    page = await shown(database, clock, carts)

    assert [(one.id, one.available) for one in page] == [(FAMILY, 0), (SINGLE, 0)]
    assert {(one.status, one.is_on_sale) for one in page} == {(Offered.ACTIVE, True)}


async def test_an_event_that_offers_nothing_asks_no_cart(
    database: Database, clock: VirtualClock
) -> None:
    async with all_rows(database) as connection:
        await connection.execute(text("update ticket_types set status = 'hidden'"))
    carts = Carts()

    assert await shown(database, clock, carts) == []
    assert carts.asked == []
