"""The carts contract on memory, on PostgreSQL, and on adapters that were broken on purpose."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase, MemoryTable
from adapters.memory.sales.carts import (
    MemoryCartPlaces,
    MemoryCarts,
    MemoryCartStock,
    MemoryCartsTransaction,
)
from adapters.memory.sales.store import MemorySalesTransaction
from adapters.postgres.database import Database
from adapters.postgres.sales.cart_places import PostgresCartPlaces, PostgresCartStock
from adapters.postgres.sales.carts import PostgresCarts, PostgresCartsTransaction
from adapters.postgres.sales.ordered_carts import PostgresOrderedCarts
from adapters.postgres.sales.store import PostgresSalesTransaction
from application.sales.ports import LockedCart
from domain.sales.cart import Cart
from domain.shared.ids import AllotmentId, CartId
from tests.beyond import all_rows
from tests.contracts.carts_contract import CartDesk, CartsContract
from tests.contracts.sales_contract import Clock
from tests.contracts.sales_desks import memory_desk, postgres_desk
from tests.domain.sales.builders import FLOOR


def memory_carts(
    memory: MemoryDatabase, clock: Clock, kind: Any = MemoryCartsTransaction
) -> CartDesk:
    sales = memory_desk(memory, clock, MemorySalesTransaction)

    async def set_counter(**facts: Any) -> None:
        counters = memory.table("allotment_counters")
        row = counters.get(AllotmentId(FLOOR))
        for name, value in facts.items():
            setattr(row, name, value)
        counters.put(AllotmentId(FLOOR), row)

    return CartDesk(
        memory.beginner(kind),
        sales.begin,
        MemoryCartPlaces(memory),
        MemoryCartStock(memory),
        clock,
        sales.announced,
        set_counter,
    )


async def postgres_carts(
    postgres: Database,
    clock: Clock,
    kind: Any = PostgresCartsTransaction,
    sales_kind: Any = PostgresSalesTransaction,
) -> CartDesk:
    sales = await postgres_desk(postgres, clock, sales_kind)

    async def set_counter(**facts: Any) -> None:
        async with all_rows(postgres) as connection:
            await connection.execute(
                text(
                    "update allotment_counters set capacity = :capacity, held = :held,"
                    " waiting = :waiting where allotment_id = :id"
                ),
                facts | {"id": FLOOR},
            )

    return CartDesk(
        postgres.beginner(kind),
        sales.begin,
        PostgresCartPlaces(postgres, clock),
        PostgresCartStock(postgres),
        clock,
        sales.announced,
        set_counter,
    )


class TestMemoryCarts(CartsContract):
    @pytest.fixture
    def desk(self, memory: MemoryDatabase, clock: Clock) -> CartDesk:
        return memory_carts(memory, clock)


class TestPostgresCarts(CartsContract):
    @pytest_asyncio.fixture
    async def desk(self, postgres: Database, clock: Clock) -> CartDesk:
        return await postgres_carts(postgres, clock)


class Sharing(MemoryTable[Any, Any]):
    """A table that hands out what it stores."""

    def get(self, key: Any) -> Any:
        return self._rows.get(key)

    def put(self, key: Any, row: Any) -> None:
        self._remember(key)
        self._rows[key] = row


class ForgetsPromises(MemoryCarts):
    """Keeps what is in the cart, and not at which price."""

    async def add(self, cart: Cart) -> None:
        items, cart.items = cart.items, cart.items[:0]
        await super().add(cart)
        cart.items = items


class ManyPerPerson(MemoryCarts):
    async def add(self, cart: Cart) -> None:
        cart.version = 1
        self._rows.put(cart.id, cart)


class Memory(MemoryCartsTransaction):
    kind: type[MemoryCarts] = MemoryCarts

    def build(self) -> None:
        self.carts = self.kind(self)


class UnlockedOverdue(PostgresCarts):
    """Sweeps whatever is overdue, without looking who else does."""

    lock_overdue_statement = text(
        str(PostgresCarts.lock_overdue_statement).replace("for update skip locked", "")
    )

    async def close(self, closed: Sequence[Cart]) -> None:
        for cart in closed:
            await self._tx.connection.execute(
                text("update carts set status = 'expired' where id = :id"), {"id": cart.id}
            )


class CountsAtOnce(PostgresCarts):
    wait_for_client = text("select cast(:client_number as bigint)")


class UnlockedOrders(PostgresOrderedCarts):
    """Believes what it reads about a cart."""

    async def lock(self, ids: Any) -> dict[CartId, LockedCart]:
        rows = await self._tx.connection.execute(
            text("select id, status = 'open' as is_open, order_id from carts where id = any(:ids)"),
            {"ids": list(ids)},
        )
        return {row.id: LockedCart(row.is_open, row.order_id) for row in rows}


def _carts(kind: type[PostgresCarts]) -> type[PostgresCartsTransaction]:
    class Sabotaged(PostgresCartsTransaction):
        def build(self) -> None:
            self.carts = kind(self)

    return Sabotaged


class UnlockedSales(PostgresSalesTransaction):
    def build(self) -> None:
        super().build()
        self.carts = UnlockedOrders(self)


TRIES = 12
"""A race is lost by chance: whoever is quick enough meets nobody."""


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    async def test_sharing_references_is_caught(self, memory: MemoryDatabase, clock: Clock) -> None:
        memory._tables["carts"] = Sharing()

        async with _is_caught():
            await CartsContract().test_nobody_holds_what_is_stored(memory_carts(memory, clock))

    async def test_forgetting_promised_prices_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        Memory.kind = ForgetsPromises

        async with _is_caught():
            await CartsContract().test_a_cart_comes_back_equal(memory_carts(memory, clock, Memory))

    async def test_two_open_carts_of_one_person_are_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        Memory.kind = ManyPerPerson

        async with _is_caught():
            await CartsContract().test_a_person_has_one_open_cart(
                memory_carts(memory, clock, Memory)
            )

    async def test_sweepers_that_do_not_lock_are_caught(
        self, postgres: Database, clock: Clock
    ) -> None:
        desk = await postgres_carts(postgres, clock, _carts(UnlockedOverdue))

        async with _is_caught():
            for _ in range(TRIES):
                await CartsContract().test_four_sweepers_expire_it_once(desk)

    async def test_counting_a_clients_carts_at_once_is_caught(
        self, postgres: Database, clock: Clock
    ) -> None:
        desk = await postgres_carts(postgres, clock, _carts(CountsAtOnce))

        async with _is_caught():
            await CartsContract().test_one_clients_carts_are_counted_one_after_the_other(desk)

    async def test_ordering_without_locking_the_cart_is_caught(
        self, postgres: Database, clock: Clock
    ) -> None:
        desk = await postgres_carts(postgres, clock, sales_kind=UnlockedSales)

        async with _is_caught():
            for _ in range(TRIES):
                await CartsContract().test_it_becomes_one_order(desk)
