"""Memory and PostgreSQL keep the catalogue's promises; broken stores are caught."""

import asyncio
import dataclasses
import inspect
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.memory.catalogue import (
    MemoryCatalogueTransaction,
    MemoryEvents,
    MemoryPools,
    MemoryStock,
    MemoryTicketTypes,
)
from adapters.memory.database import MemoryDatabase
from adapters.postgres.catalogue.store import PostgresCatalogueTransaction
from adapters.postgres.catalogue.tables import (
    event_from_row,
    event_to_row,
    ticket_type_from_row,
    ticket_type_to_row,
)
from adapters.postgres.database import Database
from application.catalogue.ports import Counts
from domain.catalogue.event import Event, LocationType, Visibility
from domain.catalogue.phase import Intent
from domain.catalogue.pool import Pool
from domain.catalogue.ticket_type import TicketType, TicketTypeStatus
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrganizationId,
    PoolId,
    TicketTypeId,
    VenueId,
)
from domain.shared.money import Money
from domain.shared.period import Period
from tests.beyond import all_rows
from tests.contracts.catalogue_contract import IN_ORG, STAND, CatalogueContract, Shop, put
from tests.domain.catalogue.builders import (
    EVENT,
    FLOOR,
    NOON,
    ORG,
    VIP,
    a_ticket_type,
    an_event,
)


def memory_shop(
    memory: MemoryDatabase,
    kind: type[MemoryCatalogueTransaction] = MemoryCatalogueTransaction,
) -> Shop:
    counters = memory.table("allotment_counters")

    async def take(allotment_id: AllotmentId, held: int, sold: int) -> None:
        row = counters.get(allotment_id)
        assert row is not None
        row.held, row.sold = held, sold
        counters.put(allotment_id, row)

    async def move(allotment_id: AllotmentId) -> None:
        memory.table("stock_movements").put(1, SimpleNamespace(allotment_id=allotment_id))

    async def wait(status: str) -> None:
        entry = SimpleNamespace(ticket_type_id=FLOOR, status=status)
        memory.table("waiting_list_entries").put(1, entry)

    return Shop(memory.beginner(kind), take, move, wait)


_CANCELLED_ORDER = """
    insert into orders (organization_id, id, number, event_id, buyer_name, buyer_email, status,
        currency, subtotal_minor, discount_minor, fees_minor, tax_minor, total_minor, draw_ids,
        draw_units, placed_at, expires_at, closed_at, version)
    values (:org, gen_random_uuid(), 'N1', :event, 'Ann', 'ann@example.org', 'cancelled', 'EUR',
        0, 0, 0, 0, 0, array[cast(:id as uuid)], '{1}', :at, :at, :at, 1)
    """
_WAITING = """
    insert into waiting_list_entries (organization_id, id, event_id, ticket_type_id, quantity, name,
        email, email_key, status, draw_ids, draw_units, waits_for, joined_at, version)
    values (:org, gen_random_uuid(), :event, :floor, 1, 'Ann', 'ann@example.org',
        'ann@example.org', :status, '{}', '{}', '{}', :at, 1)
    """


async def postgres_shop(postgres: Database) -> Shop:
    async def run(statement: str, **parameters: Any) -> None:
        async with all_rows(postgres) as connection:
            await connection.execute(text(statement), {"org": ORG, "at": NOON, **parameters})

    async def take(allotment_id: AllotmentId, held: int, sold: int) -> None:
        await run(
            "update allotment_counters set held = :held, sold = :sold where allotment_id = :id",
            id=allotment_id,
            held=held,
            sold=sold,
        )

    async def move(allotment_id: AllotmentId) -> None:
        await run(_CANCELLED_ORDER, id=allotment_id, event=EVENT)

    async def wait(status: str) -> None:
        await run(_WAITING, status=status, event=EVENT, floor=FLOOR)

    await run(
        "insert into organizations values"
        " (:org, 'Org', 'org', 'promoter', 'active', 'EUR', 0, 0, :at, :at, 1)"
    )
    return Shop(postgres.beginner(PostgresCatalogueTransaction), take, move, wait)


class TestMemoryCatalogue(CatalogueContract):
    @pytest.fixture
    def shop(self, memory: MemoryDatabase) -> Shop:
        return memory_shop(memory)


class TestPostgresCatalogue(CatalogueContract):
    @pytest_asyncio.fixture
    async def shop(self, postgres: Database) -> Shop:
        return await postgres_shop(postgres)

    async def test_edits_of_one_event_come_one_at_a_time(self, shop: Shop) -> None:
        await put(shop, an_event())
        entered = asyncio.Event()

        async def second() -> int:
            await entered.wait()
            async with shop.begin(IN_ORG) as tx:
                event = await tx.events.get(EVENT)
                await tx.events.save(event)
                return event.version

        waiting = asyncio.create_task(second())
        async with shop.begin(IN_ORG) as tx:
            event = await tx.events.get(EVENT)
            entered.set()
            await tx.stock.counts([AllotmentId(EVENT)])
            await tx.events.save(event)

        assert await waiting == 3

    async def test_an_order_is_not_kept_waiting_by_an_edit(
        self, shop: Shop, postgres: Database
    ) -> None:
        await put(shop, an_event())

        async with shop.begin(IN_ORG) as tx:
            await tx.events.get(EVENT)
            async with all_rows(postgres) as connection:
                # What the check of the foreign key from orders to events asks for.
                await connection.execute(text("set local lock_timeout = '1s'"))
                await connection.execute(text("select 1 from events for key share"))


class _LosesTags(MemoryEvents):
    async def add(self, event: Event) -> None:
        await super().add(dataclasses.replace(event, tags=event.tags[:1]))
        event.version = 1


class _GivesOutItsOwn(MemoryEvents):
    async def get(self, event_id: EventId) -> Event:
        return self._rows._rows[event_id]


class _TellsAgain(MemoryEvents):
    async def save(self, event: Event) -> None:
        recorded = list(event.recorded)
        await super().save(event)
        self._rows.put(event.id, dataclasses.replace(event, recorded=recorded))


class _IgnoresVersions(MemoryEvents):
    async def save(self, event: Event) -> None:
        event.version += 1
        self._rows.put(event.id, event)


class _RepeatsNumbers(MemoryEvents):
    async def next_short_id(self) -> int:
        return 1


class _MatchesTooMuch(MemoryEvents):
    async def slugs_like(self, organization_id: OrganizationId, slug: str) -> set[str]:
        return {event.slug for event in self._rows.rows() if event.slug.startswith(slug)}


class _LosesDraws(MemoryTicketTypes):
    async def add(self, ticket_type: TicketType) -> None:
        await super().add(dataclasses.replace(ticket_type, draws=ticket_type.draws[:1]))
        ticket_type.version = 1


class _MindsNoNames(MemoryTicketTypes):
    def _refuse_same_name(self, mine: TicketType) -> None:
        pass


class _Oversells(MemoryStock):
    async def resize(self, allotment_id: AllotmentId, capacity: int) -> None:
        row = self._counter(allotment_id)
        row.capacity = capacity
        self._counters.put(allotment_id, row)


class _ForgetsHolds(MemoryStock):
    async def close(self, event_id: EventId, ids: Iterable[AllotmentId]) -> None:
        for allotment_id in set(ids):
            row = self._counter(allotment_id)
            row.held = 0
            self._counters.put(allotment_id, row)
        await super().close(event_id, ids)


class _SeesNobodyWait(MemoryStock):
    async def is_awaited(self, event_id: EventId, ticket_type_id: TicketTypeId) -> bool:
        return False


class _TakesAnythingForAPool(MemoryPools):
    async def get(self, event_id: EventId, pool_id: PoolId) -> Pool:
        return dataclasses.replace(STAND, id=pool_id, event_id=event_id)


class _KeepsThePoolsName(MemoryPools):
    async def rename(self, pool: Pool) -> None:
        pass


class _TouchesNothing(MemoryStock):
    async def touch_offer(self, event_id: EventId) -> None:
        pass


class _NeverLocksInOrder(MemoryStock):
    async def lock(self, ids: Iterable[AllotmentId]) -> dict[AllotmentId, Counts]:
        return {one: (await self.counts([one]))[one] for one in ids}


def _sabotaged(
    events: type[MemoryEvents] = MemoryEvents,
    ticket_types: type[MemoryTicketTypes] = MemoryTicketTypes,
    stock: type[MemoryStock] = MemoryStock,
    pools: type[MemoryPools] = MemoryPools,
) -> type[MemoryCatalogueTransaction]:
    class Sabotaged(MemoryCatalogueTransaction):
        def build(self) -> None:
            self.events = events(self)
            self.ticket_types = ticket_types(self)
            self.pools = pools(self)
            self.stock = stock(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(events=_LosesTags), "test_an_event_comes_back_equal"),
        (_sabotaged(events=_GivesOutItsOwn), "test_what_was_given_out_is_a_copy"),
        (_sabotaged(events=_TellsAgain), "test_what_happened_is_told_once"),
        (_sabotaged(events=_IgnoresVersions), "test_an_old_version_is_not_saved"),
        (_sabotaged(events=_RepeatsNumbers), "test_short_ids_are_given_once"),
        (_sabotaged(events=_MatchesTooMuch), "test_the_addresses_like_one_are_found"),
        (_sabotaged(ticket_types=_LosesDraws), "test_a_ticket_type_comes_back_equal"),
        (
            _sabotaged(ticket_types=_MindsNoNames),
            "test_a_name_belongs_to_one_ticket_type_of_an_event",
        ),
        (_sabotaged(stock=_Oversells), "test_stock_shrinks_to_what_is_taken_and_no_further"),
        (_sabotaged(stock=_ForgetsHolds), "test_stock_that_is_taken_is_not_closed"),
        (_sabotaged(stock=_TouchesNothing), "test_touching_an_offer_raises_its_revision_by_one"),
        (_sabotaged(stock=_NeverLocksInOrder), "test_new_stock_is_empty"),
        (_sabotaged(stock=_SeesNobodyWait), "test_whoever_waits_is_seen"),
        (
            _sabotaged(pools=_TakesAnythingForAPool),
            "test_only_pools_are_pools_and_only_their_events",
        ),
        (
            _sabotaged(pools=_KeepsThePoolsName),
            "test_a_pool_is_found_by_its_event_and_renamed",
        ),
    ],
)
async def test_a_broken_store_is_caught(
    saboteur: type[MemoryCatalogueTransaction], promise: str, memory: MemoryDatabase
) -> None:
    shop = memory_shop(memory, saboteur)
    check = getattr(CatalogueContract(), promise)
    usual = {"held": 1, "sold": 0, "status": "waiting", "is_awaited": True}
    told = {name: usual[name] for name in inspect.signature(check).parameters if name in usual}

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await check(shop, **told)


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
documents = st.dictionaries(words, st.none() | st.booleans() | st.integers() | words, max_size=3)
periods = st.sampled_from([Period(), Period(NOON, None), Period(None, NOON)])


@given(
    event=st.builds(
        an_event,
        venue_id=st.none() | st.just(VenueId(VIP)),
        name=words,
        description=st.none() | words,
        tags=st.lists(words, max_size=4).map(tuple),
        sales=periods,
        capacity=st.integers(min_value=1, max_value=1_000_000),
        location_type=st.sampled_from(LocationType),
        visibility=st.sampled_from(Visibility),
        intent=st.sampled_from(Intent),
        published_at=st.none() | st.just(NOON),
        cancelled_at=st.none() | st.just(NOON),
        images=st.lists(words | documents, max_size=3).map(tuple),
        metadata=documents,
        version=st.integers(min_value=1, max_value=9),
    )
)
def test_an_event_survives_its_row(event: Event) -> None:
    row = SimpleNamespace(**event_to_row(event), version=event.version)

    assert event_from_row(row) == event  # type: ignore[arg-type]  # Looks like a row.


@given(
    ticket_type=st.builds(
        a_ticket_type,
        name=words,
        description=st.none() | words,
        price=st.integers(min_value=0, max_value=10**9).map(lambda minor: Money(minor, "EUR")),
        min_per_order=st.integers(min_value=1, max_value=10),
        max_per_order=st.integers(min_value=10, max_value=100),
        max_per_customer=st.none() | st.integers(min_value=10, max_value=1_000_000),
        sales=periods,
        status=st.sampled_from(TicketTypeStatus),
        sort_order=st.integers(min_value=0, max_value=10_000),
        metadata=documents,
        version=st.integers(min_value=1, max_value=9),
    )
)
def test_a_ticket_type_survives_its_row(ticket_type: TicketType) -> None:
    row = SimpleNamespace(
        **ticket_type_to_row(ticket_type),
        version=ticket_type.version,
        currency=ticket_type.price.currency,
        draw_ids=[draw.allotment_id for draw in ticket_type.draws],
        draw_units=[draw.units for draw in ticket_type.draws],
    )

    assert ticket_type_from_row(row) == ticket_type  # type: ignore[arg-type]  # Looks like a row.
    assert ticket_type.id == FLOOR
