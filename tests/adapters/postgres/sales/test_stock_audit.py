"""Drift is seen per counter, and a repair makes counters and history what orders add up to."""

import asyncio
from typing import Any

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.sales.stock_audit import Drift, PostgresStockAudit, Repair
from tests.beyond import all_rows
from tests.http.shop import Shop, open_shop

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: Client) -> Shop:
    """Two tickets are paid and one is held, of ten, with a limit per customer."""
    shop = await open_shop(client, maxPerCustomer=5)
    buyer = await shop.person("buyer@example.com")
    for quantity in (2, 1):
        items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": quantity}]
        order = await buyer.call("POST", "/orders", {"items": items}, 201)
        if quantity == 2:
            await buyer.pay(order)
    return shop


async def run(postgres: Database, statement: str, **asked: Any) -> list[Any]:
    async with all_rows(postgres) as connection:
        result = await connection.execute(text(statement), asked)
        return list(result.all()) if result.returns_rows else []


async def count(postgres: Database, allotment_id: str, counters: str) -> None:
    """Behind everybody's back."""
    await run(
        postgres,
        f"update allotment_counters set {counters} where allotment_id = cast(:id as uuid)",
        id=allotment_id,
    )


async def is_waiting(postgres: Database) -> bool:
    [row] = await run(
        postgres,
        "select count(*) as locks from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'",
    )
    return bool(row.locks)


async def drift(postgres: Database) -> list[Drift]:
    async with all_rows(postgres) as connection:
        return await PostgresStockAudit(postgres).drift(connection)


async def test_what_was_sold_shows_no_drift(shop: Shop, postgres: Database) -> None:
    assert await drift(postgres) == []


async def test_a_wrong_counter_is_named(shop: Shop, postgres: Database) -> None:
    kind = shop.ticket_type["id"]
    await count(postgres, kind, "sold = 7, waiting = 1")

    sold, waiting = await drift(postgres)

    assert (sold.organization, sold.event, sold.kind, sold.name) == (
        "Starlight",
        "Midsummer Night",
        "ticket_type",
        "Floor",
    )
    assert str(sold.allotment_id) == kind
    assert (sold.counter, sold.counted, sold.movements, sold.orders) == ("sold", 7, 2, 2)
    assert (waiting.counter, waiting.counted, waiting.movements, waiting.orders) == (
        "waiting",
        1,
        None,
        0,
    )


async def test_a_hole_in_the_history_is_drift_too(shop: Shop, postgres: Database) -> None:
    await run(
        postgres,
        "delete from stock_movements where kind = 'hold' and quantity = 1"
        " and allotment_id = cast(:id as uuid)",
        id=shop.ticket_type["eventId"],
    )

    [hole] = await drift(postgres)

    assert (hole.kind, hole.name) == ("event", "Midsummer Night")
    assert (hole.counter, hole.counted, hole.movements, hole.orders) == ("held", 1, 0, 1)


async def test_a_customers_counter_is_counted_too(shop: Shop, postgres: Database) -> None:
    await run(
        postgres,
        "update allotment_counters c set held = 0 where not exists"
        " (select from allotments a where a.id = c.allotment_id)",
    )

    [found] = await drift(postgres)

    assert (found.kind, found.name, found.counter) == ("customer", None, "held")


async def test_a_repair_sets_counters_and_history_right_and_says_why(
    shop: Shop, postgres: Database
) -> None:
    kind = shop.ticket_type["id"]
    await count(postgres, kind, "sold = 7, held = 0, waiting = 1")
    await run(postgres, "delete from stock_movements where kind = 'sell'")
    audit = PostgresStockAudit(postgres)

    repairs = await audit.repair(await drift(postgres), "restored from a backup")

    assert all(repair.refused is None for repair in repairs)
    assert await drift(postgres) == []
    [told] = await run(
        postgres,
        "select type, payload->>'changes' as changes, payload->>'reason' as reason from event_log"
        " where aggregate_id = cast(:id as uuid) and type = 'stock.repaired'",
        id=kind,
    )
    assert told == ("stock.repaired", "held 0 -> 1, sold 7 -> 2, waiting 1 -> 0",
                    "restored from a backup")  # fmt: skip
    assert await audit.repair([], "nothing") == []


async def test_more_than_there_is_cannot_be_set_right(shop: Shop, postgres: Database) -> None:
    kind = shop.ticket_type["id"]
    await count(postgres, kind, "sold = 0, capacity = 2")

    [repair] = await PostgresStockAudit(postgres).repair(await drift(postgres), "to try")

    assert str(repair.allotment_id) == kind
    assert repair.refused == "3 are taken and its capacity is 2: raise it first"
    assert [found.counter for found in await drift(postgres)] == ["sold"]


async def test_a_repair_waits_for_a_sale_that_is_under_way(shop: Shop, postgres: Database) -> None:
    """What the sale writes is counted: the recount is read after the lock."""
    kind = shop.ticket_type["id"]
    await count(postgres, kind, "sold = 9")
    found = await drift(postgres)
    audit = PostgresStockAudit(postgres)

    async def repair() -> list[Repair]:
        return await audit.repair(found, "meanwhile")

    async with all_rows(postgres) as sale:
        await sale.execute(
            text(
                "select from allotment_counters where allotment_id = cast(:id as uuid) for update"
            ),
            {"id": kind},
        )
        repairing = asyncio.create_task(repair())
        async with asyncio.timeout(10):
            while not await is_waiting(postgres):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await sale.execute(text("update orders set status = 'cancelled' where status = 'pending'"))
    await repairing

    [row] = await run(
        postgres,
        "select held, sold from allotment_counters where allotment_id = cast(:id as uuid)",
        id=kind,
    )
    assert tuple(row) == (0, 2)
