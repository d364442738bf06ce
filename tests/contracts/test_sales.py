"""The sales contract on memory, on PostgreSQL, and on adapters that were broken on purpose."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase, MemoryTable
from adapters.memory.sales.store import MemoryOrders, MemorySalesTransaction, MemoryTickets
from adapters.postgres.database import Database
from adapters.postgres.sales.store import PostgresSalesTransaction, PostgresStock
from domain.sales.order import Order
from domain.sales.ticket import Ticket
from tests.contracts.sales_contract import Clock, Desk, SalesContract
from tests.contracts.sales_desks import memory_desk, postgres_desk


class TestMemorySales(SalesContract):
    @pytest.fixture
    def desk(self, memory: MemoryDatabase, clock: Clock) -> Desk:
        return memory_desk(memory, clock)


class TestPostgresSales(SalesContract):
    @pytest_asyncio.fixture
    async def desk(self, postgres: Database, clock: Clock) -> Desk:
        return await postgres_desk(postgres, clock)


class Forgetful(MemoryTable[Any, Any]):
    """A table that does not roll back."""

    def restore(self) -> None:
        pass


class Sharing(MemoryTable[Any, Any]):
    """A table that hands out what it stores."""

    def get(self, key: Any) -> Any:
        return self._rows.get(key)

    def put(self, key: Any, row: Any) -> None:
        self._rows[key] = row


class LosesLines(MemoryOrders):
    async def add(self, orders: Sequence[Order]) -> None:
        for order in orders:
            order.lines, whole = order.lines[:1], order.lines
            await super().add([order])
            order.lines = whole


class IssuesTwice(MemoryTickets):
    async def add(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            ticket.version = 1
            self._rows.put(ticket.id, ticket)


def _with(database: MemoryDatabase, table: str, kind: type[MemoryTable[Any, Any]]) -> None:
    database._tables[table] = kind()


class SabotagedOrders(MemorySalesTransaction):
    def build(self) -> None:
        super().build()
        self.orders = LosesLines(self)


class SabotagedTickets(MemorySalesTransaction):
    def build(self) -> None:
        super().build()
        self.tickets = IssuesTwice(self)


class UnlockedStock(PostgresStock):
    """Reads the counters as anybody may, and adds to them in Python."""

    locking = text(str(PostgresStock.locking).replace("for update", ""))


class UnlockedSales(PostgresSalesTransaction):
    def build(self) -> None:
        super().build()
        self.stock = UnlockedStock(self)


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    async def test_forgetting_to_roll_back_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        for table in ("orders", "allotment_counters"):
            _with(memory, table, Forgetful)

        async with _is_caught():
            await SalesContract().test_a_refusal_leaves_no_trace(memory_desk(memory, clock))

    async def test_sharing_references_is_caught(self, memory: MemoryDatabase, clock: Clock) -> None:
        _with(memory, "orders", Sharing)

        async with _is_caught():
            await SalesContract().test_nobody_holds_what_is_stored(memory_desk(memory, clock))

    async def test_losing_lines_is_caught(self, memory: MemoryDatabase, clock: Clock) -> None:
        desk = memory_desk(memory, clock, SabotagedOrders)

        async with _is_caught():
            await SalesContract().test_an_order_comes_back_equal(desk)

    async def test_issuing_a_ticket_twice_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        desk = memory_desk(memory, clock, SabotagedTickets)

        async with _is_caught():
            await SalesContract().test_tickets_come_back_equal_and_once_per_unit(desk)

    async def test_reading_stock_without_its_lock_is_caught(
        self, postgres: Database, clock: Clock
    ) -> None:
        desk = await postgres_desk(postgres, clock, UnlockedSales)

        async with _is_caught():
            await SalesContract().test_twenty_buyers_and_ten_tickets(desk)
