"""The offer as it is read from PostgreSQL: whole, of one edition, and at most a second old."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.pricing.store import PostgresPricingTransaction
from adapters.postgres.sales.offers import PostgresOffers
from application.shared.scope import Scope, organizations
from application.shared.transaction import DatabaseDown
from domain.shared.ids import AllotmentId, EventId, OrganizationId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period
from tests.beyond import all_rows
from tests.contracts.pricing_contract import a_code

ROCK, OPERA = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))
CONCERT, AIDA = EventId(UUID(int=3)), EventId(UUID(int=4))
ADULT, CHILD, BOX = (TicketTypeId(UUID(int=n)) for n in (5, 6, 7))
START = datetime(2026, 8, 1, 19, tzinfo=UTC)
END = START + timedelta(hours=4)

_SCENE = """
    insert into organizations (id, name, slug, type, status, default_currency,
        service_fee_percent, service_fee_fixed, created_at, updated_at, version)
    select id, 'O', cast(id as text), 'promoter', 'active', 'USD', 2.5, 0.99, :at, :at, 1
    from unnest(cast(:organizations as uuid[])) id;

    insert into events (organization_id, id, short_id, name, slug, category, tags, starts_at,
        ends_at, timezone, capacity, currency, location_type, visibility, images, metadata, intent,
        created_at, updated_at, version)
    select o, e, n, 'E', 'e', 'music', '{}', :starts, :ends, 'UTC', 100, 'USD', 'physical',
        'public', '[]', '{}', 'published', :at, :at, 1
    from unnest(cast(:organizations as uuid[]), cast(:events as uuid[])) with ordinality x (o, e, n)
    ;

    insert into ticket_types (organization_id, id, short_id, event_id, name, price_minor,
        min_per_order, max_per_order, sales_start, status, sort_order, metadata, created_at,
        updated_at, version)
    select o, t, 10 + n, e, 'T' || n, 5000, 1, 10, :at, 'active', 0, '{}', :at, :at, 1
    from unnest(cast(:type_organizations as uuid[]), cast(:type_events as uuid[]),
                cast(:types as uuid[])) with ordinality x (o, e, t, n);

    insert into allotments (organization_id, id, kind, event_id, created_at)
    select o, e, 'event', e, :at
    from unnest(cast(:organizations as uuid[]), cast(:events as uuid[])) x (o, e);

    insert into allotment_counters (organization_id, allotment_id, capacity, revision)
    select o, e, 100, 7
    from unnest(cast(:organizations as uuid[]), cast(:events as uuid[])) x (o, e);

    insert into ticket_type_draws (organization_id, ticket_type_id, allotment_id, units)
    select o, t, e, 2
    from unnest(cast(:type_organizations as uuid[]), cast(:type_events as uuid[]),
                cast(:types as uuid[])) x (o, e, t);
"""


class Ticks:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


class CountingDatabase(Database):
    """Counts the readings, and can hold them up or fail."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, database._jobs)
        self.readings = 0
        self.is_down = False
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        self.readings += 1
        if self.is_down:
            raise DatabaseDown
        async with super().read(scope) as connection:
            self.begun.set()
            yield connection
            await self.gate.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres: Database) -> CountingDatabase:
    keys = {
        "organizations": [ROCK, OPERA],
        "events": [CONCERT, AIDA],
        "type_organizations": [ROCK, ROCK, OPERA],
        "type_events": [CONCERT, CONCERT, AIDA],
        "types": [ADULT, CHILD, BOX],
        "at": datetime(2026, 6, 1, tzinfo=UTC),
        "starts": START,
        "ends": END,
    }
    for statement in _SCENE.split(";\n"):
        if statement.strip():
            await change(postgres, statement, **keys)
    return CountingDatabase(postgres)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def offers(database: CountingDatabase, ticks: Ticks) -> PostgresOffers:
    return PostgresOffers(database, ticks=ticks)


async def change(database: Database, statement: str, **keys: Any) -> None:
    async with all_rows(database) as connection:
        compiled = text(statement)
        named = compiled.compile().params
        await connection.execute(compiled, {name: keys[name] for name in named})


async def reprice(database: Database, minor: int) -> None:
    await change(database, "update ticket_types set price_minor = :minor", minor=minor)
    await change(database, "update allotment_counters set revision = revision + 1")


async def test_an_offer_has_all_that_a_quote_needs(offers: PostgresOffers) -> None:
    found = await offers.offers([ADULT])

    offer = found[ADULT]
    assert (offer.organization_id, offer.event_id, offer.currency) == (ROCK, CONCERT, "USD")
    assert (offer.fee_percent, offer.fee_fixed) == (Decimal("2.50"), Decimal("0.990"))
    assert (offer.is_offered, offer.revision) == (True, 7)
    assert offer.types.keys() == {ADULT, CHILD}
    adult = offer.types[ADULT]
    assert (adult.name, adult.price, adult.is_hidden) == ("T1", Money(5000, "USD"), False)
    assert (adult.min_per_order, adult.max_per_order) == (1, 10)
    assert adult.sales == Period(datetime(2026, 6, 1, tzinfo=UTC), None)
    assert adult.draws == ((AllotmentId(CONCERT), 2),)


async def test_sales_end_when_the_doors_open_unless_said_otherwise(
    database: CountingDatabase, ticks: Ticks
) -> None:
    found = await PostgresOffers(database).offers([ADULT, BOX])
    assert found[ADULT].sales == Period(None, START)

    await change(database, "update events set sales_end = ends_at")
    found = await PostgresOffers(database).offers([ADULT, BOX])

    assert found[BOX].sales == Period(None, END)


async def test_unknown_types_are_left_out(offers: PostgresOffers) -> None:
    found = await offers.offers([TicketTypeId(UUID(int=99)), BOX])

    assert found.keys() == {BOX}


@pytest.mark.parametrize(
    "statement",
    [
        "update events set intent = 'draft'",
        "update events set intent = 'cancelled'",
        "update organizations set status = 'suspended'",
    ],
)
async def test_what_nobody_may_sell_is_not_offered(
    database: CountingDatabase, offers: PostgresOffers, statement: str
) -> None:
    await change(database, statement)

    found = await offers.offers([ADULT])

    assert not found[ADULT].is_offered


async def test_an_offer_is_read_once_a_second_for_all_its_types(
    database: CountingDatabase, offers: PostgresOffers, ticks: Ticks
) -> None:
    before = await offers.offers([ADULT])
    await reprice(database, 6000)
    ticks.at += 0.99

    kept = await offers.offers([CHILD])
    ticks.at += 0.01
    read = await offers.offers([CHILD])

    assert kept[CHILD] is before[ADULT]
    assert (read[CHILD].revision, read[CHILD].types[CHILD].price.minor) == (8, 6000)
    assert database.readings == 2


async def test_what_did_not_change_stays_the_same_offer(
    database: CountingDatabase, offers: PostgresOffers, ticks: Ticks
) -> None:
    before = await offers.offers([ADULT])
    ticks.at += 1

    read = await offers.offers([ADULT])

    assert read[ADULT] is before[ADULT]
    assert database.readings == 2


async def test_whoever_is_asked_for_and_will_be_read_soon_is_read_along(
    database: CountingDatabase, offers: PostgresOffers, ticks: Ticks
) -> None:
    await offers.offers([BOX])
    ticks.at += 0.2
    await offers.offers([ADULT])
    await offers.offers([ADULT])
    await reprice(database, 6000)
    ticks.at += 0.8

    await offers.offers([BOX])
    ticks.at += 0.3
    along = await offers.offers([ADULT])

    assert along[ADULT].revision == 8
    assert database.readings == 3


async def test_whoever_is_not_asked_for_any_more_is_not_read_along(
    database: CountingDatabase, offers: PostgresOffers, ticks: Ticks
) -> None:
    await offers.offers([ADULT])
    ticks.at += 0.2
    await offers.offers([BOX])
    ticks.at += 0.8
    await reprice(database, 6000)

    await offers.offers([ADULT])
    ticks.at += 0.1
    kept = await offers.offers([BOX])

    assert kept[BOX].revision == 7
    assert database.readings == 3


async def test_what_is_forgotten_is_read_anew(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    await offers.offers([ADULT, BOX])
    await reprice(database, 6000)

    offers.forget([CONCERT])
    found = await offers.offers([ADULT, BOX])

    assert found[ADULT].revision == 8
    assert found[BOX].revision == 7


async def test_many_who_ask_at_once_wait_for_one_reading(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    answers = await asyncio.gather(*(offers.offers([ADULT]) for _ in range(20)))

    assert database.readings == 1
    assert all(answer[ADULT] is answers[0][ADULT] for answer in answers)


async def test_a_caller_that_gives_up_does_not_fail_the_others(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    database.gate.clear()
    impatient = asyncio.create_task(offers.offers([ADULT]))
    patient = asyncio.create_task(offers.offers([ADULT]))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])

    database.gate.set()
    found = await patient

    assert found[ADULT].revision == 7
    assert database.readings == 1


async def test_a_reading_that_began_before_forgetting_is_not_kept(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    database.gate.clear()
    early = asyncio.create_task(offers.offers([ADULT]))
    await database.begun.wait()

    offers.forget([CONCERT])
    late = asyncio.create_task(offers.offers([ADULT]))
    await asyncio.sleep(0)
    database.gate.set()
    await asyncio.gather(early, late)
    await offers.offers([ADULT])

    assert database.readings == 2


async def test_a_failed_reading_is_told_to_all_and_tried_again(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    database.is_down = True

    asked = [offers.offers([ADULT]) for _ in range(3)]
    failed = await asyncio.gather(*asked, return_exceptions=True)
    database.is_down = False
    found = await offers.offers([ADULT])

    assert [type(one) for one in failed] == [DatabaseDown] * 3
    assert found[ADULT].revision == 7
    assert database.readings == 2


async def test_no_more_events_are_kept_than_allowed(
    database: CountingDatabase, ticks: Ticks
) -> None:
    offers = PostgresOffers(database, events_max=1, ticks=ticks)

    await offers.offers([ADULT])
    await offers.offers([BOX])
    await offers.offers([BOX])
    await offers.offers([ADULT])

    assert database.readings == 3


async def test_codes_are_found_in_their_organisation_with_the_uses_left(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    async with database.beginner(PostgresPricingTransaction)(organizations([ROCK])) as tx:
        code = a_code(organization_id=ROCK)
        await tx.promo_codes.add(code)
        await tx.uses.open(code, 5)
    await change(database, "update allotment_counters set held = 2 where capacity = 5")

    found = await offers.codes({(ROCK, "SPRING10"), (OPERA, "SPRING10"), (ROCK, "SUMMER")})

    assert found.keys() == {(ROCK, "SPRING10")}
    assert found[ROCK, "SPRING10"].promo_code == code
    assert found[ROCK, "SPRING10"].uses_left == 3


async def test_nothing_is_read_when_no_code_is_named(
    database: CountingDatabase, offers: PostgresOffers
) -> None:
    assert await offers.codes(set()) == {}
    assert database.readings == 0
