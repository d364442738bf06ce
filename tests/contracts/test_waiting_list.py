"""The waiting list's contract on memory, on PostgreSQL, and on adapters broken on purpose."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.store import MemorySalesTransaction
from adapters.memory.sales.taken_offers import MemoryTakenOffers
from adapters.memory.sales.waiting_list import (
    MemoryOwedStock,
    MemoryWaitingEntries,
    MemoryWaitingListPlaces,
    MemoryWaitingListTransaction,
)
from adapters.postgres.database import Database
from adapters.postgres.sales.waiting_list import (
    PostgresWaitingListPlaces,
    PostgresWaitingListTransaction,
)
from adapters.postgres.sales.waiting_list_rows import entry_from_row
from domain.catalogue.event import Event
from domain.catalogue.phase import Intent
from domain.sales.allotment import Allotment
from domain.sales.waiting_list import WaitingListEntry, Wish
from domain.shared.ids import EventId, OrderId, WaitingListEntryId
from tests.beyond import all_rows
from tests.contracts.sales_contract import Clock
from tests.contracts.sales_desks import memory_desk, postgres_desk
from tests.contracts.waiting_list_contract import Line, WaitingListContract
from tests.domain.sales.builders import EVENT, NOON, ORG

SHOW = Event(
    organization_id=ORG,
    id=EVENT,
    short_id=1,
    name="Show",
    slug="show",
    category="music",
    starts_at=NOON + timedelta(days=30),
    ends_at=NOON + timedelta(days=31),
    timezone="UTC",
    capacity=100,
    currency="USD",
    intent=Intent.PUBLISHED,
    created_at=NOON,
    updated_at=NOON,
)


def memory_line(
    memory: MemoryDatabase,
    clock: Clock,
    kind: type[MemoryWaitingListTransaction] = MemoryWaitingListTransaction,
    desk: type[MemorySalesTransaction] = MemorySalesTransaction,
) -> Line:
    memory.table("events").put(EVENT, replace(SHOW))

    async def all_entries() -> list[WaitingListEntry]:
        return list(memory.table("waiting_list_entries").rows())

    return Line(
        memory.beginner(kind),
        MemoryWaitingListPlaces(memory),
        memory_desk(memory, clock, desk),
        clock,
        all_entries,
    )


class TestMemoryWaitingList(WaitingListContract):
    @pytest.fixture
    def line(self, memory: MemoryDatabase, clock: Clock) -> Line:
        return memory_line(memory, clock)


class TestPostgresWaitingList(WaitingListContract):
    @pytest_asyncio.fixture
    async def line(self, postgres: Database, clock: Clock) -> Line:
        async def all_entries() -> list[WaitingListEntry]:
            async with all_rows(postgres) as connection:
                rows = await connection.execute(text("select * from waiting_list_entries"))
                return [entry_from_row(row) for row in rows]

        return Line(
            postgres.beginner(PostgresWaitingListTransaction),
            PostgresWaitingListPlaces(postgres, clock),
            await postgres_desk(postgres, clock),
            clock,
            all_entries,
        )


class Backwards(MemoryWaitingEntries):
    """Serves whoever came last."""

    async def lock_heads(
        self, event_id: EventId, wishes: Collection[Wish], limit: int
    ) -> list[WaitingListEntry]:
        return (await super().lock_heads(event_id, wishes, limit))[::-1]


class ForgetsWhatWasOffered(MemoryWaitingEntries):
    async def save(self, entries: Sequence[WaitingListEntry]) -> None:
        pass


class LetsEverythingLapse(MemoryWaitingEntries):
    async def lock_lapsed(self, ids: Collection[WaitingListEntryId]) -> list[WaitingListEntry]:
        return list((await self.lock(ids)).values())


class TakesTheSameAddressTwice(MemoryWaitingEntries):
    async def add(self, entry: WaitingListEntry) -> None:
        entry.version = 1
        self._rows.put(entry.id, entry)


class RemembersWhoeverLeft(MemoryWaitingEntries):
    async def forget(self, entry: WaitingListEntry) -> None:
        entry.version += 1


class OwesNothing(MemoryOwedStock):
    async def owe(self, stock: Iterable[Allotment]) -> None:
        pass


class NeverTaken(MemoryTakenOffers):
    async def take(self, orders: Mapping[WaitingListEntryId, OrderId]) -> None:
        pass


def with_entries(kind: type[MemoryWaitingEntries]) -> type[MemoryWaitingListTransaction]:
    class Sabotaged(MemoryWaitingListTransaction):
        def build(self) -> None:
            super().build()
            self.entries = kind(self)

    return Sabotaged


class OwingNothing(MemoryWaitingListTransaction):
    def build(self) -> None:
        super().build()
        self.stock = OwesNothing(self)


class NeverTaking(MemorySalesTransaction):
    def build(self) -> None:
        super().build()
        self.offers = NeverTaken(self)


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    @pytest.mark.parametrize(
        ("kind", "promise"),
        [
            (Backwards, WaitingListContract.test_the_line_is_in_order),
            (
                ForgetsWhatWasOffered,
                WaitingListContract.test_four_assigners_offer_each_unit_once_and_in_order,
            ),
            (ForgetsWhatWasOffered, WaitingListContract.test_an_offer_comes_back_equal),
            (LetsEverythingLapse, WaitingListContract.test_only_offers_past_their_time_lapse),
            (RemembersWhoeverLeft, WaitingListContract.test_who_waited_is_forgotten),
            (TakesTheSameAddressTwice, WaitingListContract.test_an_address_waits_once_for_a_type),
        ],
    )
    async def test_broken_entries_are_caught(
        self, memory: MemoryDatabase, clock: Clock, kind: type[MemoryWaitingEntries], promise: Any
    ) -> None:
        line = memory_line(memory, clock, with_entries(kind))

        async with _is_caught():
            await promise(WaitingListContract(), line)

    async def test_forgetting_what_the_line_is_owed_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        line = memory_line(memory, clock, OwingNothing)

        async with _is_caught():
            await WaitingListContract().test_what_the_line_is_owed_is_kept(line)

    async def test_an_offer_that_is_never_used_up_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        line = memory_line(memory, clock, desk=NeverTaking)

        async with _is_caught():
            await WaitingListContract().test_an_offer_is_taken_once_and_in_time(line)
