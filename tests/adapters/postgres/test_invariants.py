"""The invariants are silent on clean data, and each speaks, alone, when it is broken."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.invariants import INVARIANTS, violated
from entrypoints.container import Container
from tests.beyond import all_rows, superuser_engine
from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import a_person, call

Client = AsyncTestClient[Litestar]


_LET_RUN_OUT = text("update orders set expires_at = :now where id = cast(:id as uuid)")


@dataclass
class Town:
    """Names for what was sold, as parameters of SQL."""

    names: dict[str, Any]
    clock: VirtualClock


async def _offer(client: Client, promoter: str) -> dict[str, str]:
    """An event for 100 with a pool of 20 that adults and children share, and a code."""
    organization = await call(
        client, "POST", "/organizations", promoter, {"name": "S", "type": "promoter"}, 201
    )
    plan = {
        "organizationId": organization["id"],
        "name": "Midsummer Night",
        "category": "concert",
        "startDatetime": "2026-06-20T20:00:00+02:00",
        "endDatetime": "2026-06-20T23:00:00+02:00",
        "timezone": "Europe/Warsaw",
        "capacity": 100,
        "currency": "EUR",
    }
    event = await call(client, "POST", "/events", promoter, plan, 201)
    path = f"/events/{event['id']}"
    pool = await call(
        client, "POST", f"{path}/pools", promoter, {"name": "Stand", "quantity": 20}, 201
    )
    types = {}
    for name, quantity in (("Adult", 10), ("Child", 10), ("VIP", 2)):
        kind = {
            "name": name,
            "price": 50,
            "quantity": quantity,
            "maxPerCustomer": 8,
            "pools": [{"poolId": pool["id"]}],
        }
        made = await call(client, "POST", f"{path}/ticket-types", promoter, kind, 201)
        types[name.lower()] = made["id"]
    await call(client, "POST", f"{path}/publish", promoter)
    codes = {}
    for code in ("EARLY", "NEVER"):
        wish = {
            "organizationId": organization["id"],
            "code": code,
            "discountType": "percentage",
            "discountValue": 10,
        }
        made = await call(client, "POST", "/promo-codes", promoter, wish, 201)
        codes[code.lower()] = made["id"]
    return {"org": organization["id"], "event": event["id"], "pool": pool["id"], **types, **codes}


async def _order(
    client: Client, buyer: str, kind: str, quantity: int, *, pay: bool, **wish: Any
) -> str:
    items = [{"ticketTypeId": kind, "quantity": quantity}]
    order = await call(client, "POST", "/orders", buyer, {"items": items} | wish, 201)
    if pay:
        intent = {"orderId": order["id"]}
        payment = await call(client, "POST", "/payments/create-intent", buyer, intent, 201)
        card = {"paymentId": payment["paymentId"], "paymentMethod": "pm_card_visa"}
        paid = await call(client, "POST", "/payments/confirm", buyer, card)
        assert paid["orderStatus"] == "paid"
    return str(order["id"])


@pytest_asyncio.fixture
async def town(client: Client, container: Container, clock: VirtualClock) -> Town:
    """Paid, pending, cancelled and expired orders."""
    promoter = await a_person(client, "promoter@example.com")
    buyer = await a_person(client, "buyer@example.com")
    names: dict[str, Any] = dict(await _offer(client, promoter))
    adult, child = names["adult"], names["child"]
    names |= {
        "expired": await _order(client, buyer, child, 1, pay=False),
        "paid": await _order(client, buyer, adult, 3, pay=True, promoCode="EARLY"),
        "paid_too": await _order(client, buyer, child, 2, pay=True),
        "pending": await _order(client, buyer, child, 1, pay=False),
        "pending_too": await _order(client, buyer, adult, 1, pay=False),
        "cancelled": await _order(client, buyer, adult, 1, pay=True),
    }
    await call(client, "POST", f"/orders/{names['cancelled']}/cancel", promoter, {})
    async with all_rows(container.core.database()) as connection:
        await connection.execute(_LET_RUN_OUT, {"id": names["expired"], "now": clock.now})
    await container.sales.expire_orders()()
    return Town(names, clock)


@pytest_asyncio.fixture
async def planting(engine: AsyncEngine, town: Town) -> AsyncIterator[AsyncConnection]:
    """A transaction of the superuser, who may drop constraints; rolled back."""
    async with superuser_engine(engine).connect() as connection:
        yield connection
        await connection.rollback()


_COPY_PAYMENT = """
    insert into payments (organization_id, id, order_id, attempt, provider, provider_ref, status,
        amount_minor, currency, received_minor, created_at, updated_at, version)
    select organization_id, gen_random_uuid(), :{order}, 9, 'simulated', null, '{status}',
        total_minor, currency, {received}, {created}, {updated}, 1
    from orders where id = :{order}
    """
_LATE = "update orders set expires_at = :now - interval '{age}' where id = :pending"

_CHAIN = """
    insert into audit_blocks
    select organization_id, 1, min(position), max(position), count(*),
           sha256(string_agg(audit_digest(e), cast('' as bytea) order by position))
    from event_log e where position is not null group by organization_id
    """

PLANTS: dict[str, tuple[str, ...]] = {
    "I01": (
        "alter table allotment_counters drop constraint allotment_counters_never_oversold",
        "update allotment_counters set capacity = 1 where allotment_id = :pool",
    ),
    "I02": ("update orders set draw_units[1] = draw_units[1] + 1 where id = :pending",),
    "I03": ("update tickets set ticket_type_id = :vip where order_id = :paid",),
    "I05": ("update events set capacity = 4 where id = :event",),
    "I06": ("update orders set promo_code_id = :early where id = :pending",),
    "I07": ("update tickets set status = 'cancelled' where order_id = :paid and unit = 1",),
    "I08": (
        """
        insert into tickets select organization_id, gen_random_uuid(), :pending, 0, 1, event_id,
            ticket_type_id, substr(sha256('x'), 1, 12), generation, holder_id, holder_name,
            holder_email, price_minor, currency, 'valid', issued_at, null, 1
        from tickets where order_id = :paid_too limit 1
        """,
    ),
    "I09": (
        _COPY_PAYMENT.format(
            order="expired",
            status="succeeded",
            received="total_minor",
            created=":now",
            updated=":now",
        ),
    ),
    "I10": ("update payments set received_minor = received_minor - 1 where order_id = :paid",),
    "I11": (
        _COPY_PAYMENT.format(
            order="pending", status="failed", received="0", created=":now", updated=":now"
        ),
        "update payments set currency = 'XXX' where order_id = :pending",
    ),
    "I12": ("update refunds set amount_minor = amount_minor + 1 where order_id = :cancelled",),
    "I16": (
        "drop index payments_by_provider",
        "update payments set provider_ref = 'twin' where order_id in (:paid, :paid_too)",
    ),
    "I17": (
        "insert into provider_events values ('stripe', 'evt_1', 'x', null,"
        " :now - interval '6 minutes', null)",
    ),
    "I18": (_LATE.format(age="90 seconds"),),
    "I19": (
        _LATE.format(age="3 minutes"),
        _COPY_PAYMENT.format(
            order="pending",
            status="processing",
            received="0",
            created=":now",
            updated=":now - interval '20 minutes'",
        ),
    ),
    "I20": (
        _COPY_PAYMENT.format(
            order="pending",
            status="processing",
            received="0",
            created=":now - interval '25 hours'",
            updated=":now",
        ),
    ),
    "I26": ("update event_log set type = 'order.lost' where aggregate_id = :paid",),
    "I29": ("insert into audit_blocks values (:org, 1, 1, 1, 1, sha256('x'))",),
    "I34": (
        "alter table tickets drop constraint tickets_organization_id_code_key",
        "update tickets set code = substr(sha256('x'), 1, 12) where order_id = :paid",
    ),
    "I35": ("update order_lines set discount_minor = 1 where order_id = :pending",),
    "S01": ("delete from stock_movements where order_id = :pending and allotment_id = :pool",),
    "S02": ("delete from allotment_counters where allotment_id = :never",),
    "S03": (
        "insert into allotment_counters (organization_id, allotment_id)"
        " values (:org, gen_random_uuid())",
    ),
    "S04": ("delete from ticket_type_draws where ticket_type_id = :vip and allotment_id = :event",),
    "C01": (
        "drop index orders_by_cart",
        "update orders set cart_id = :event where id in (:pending, :pending_too)",
    ),
    "C02": (
        """
        insert into carts (organization_id, id, event_id, token_hash, client, status, currency,
            items, draw_ids, draw_units, places, opened_at, expires_at, extendable_until, closed_at,
            order_id, version)
        values (:org, gen_random_uuid(), :event, 'x', :event, 'ordered', 'EUR', '[]', '{}', '{}',
            1, :now, :now, :now, :now, :paid, 1)
        """,
    ),
    "I31": (
        "update sessions set previous_refresh_hash = refresh_hash"
        " where id = (select id from sessions limit 1)",
    ),
    "K01": (
        "alter table idempotency_records alter column fingerprint drop not null",
        "insert into idempotency_records (id, fingerprint, recorded_at)"
        " values (:event, null, :now)",
    ),
    "L01": (
        "update event_log set position = null",
        "update event_log set position = case id when 1 then 1 else 3 end where id in (1, 2)",
        _CHAIN,
    ),
}
"""One thing wrong for each invariant, and nothing else."""


async def plant(planting: AsyncConnection, statement: str, town: Town) -> None:
    told = {"now": town.clock.now, **town.names}
    planted = text(statement)
    asked = {name: told[name] for name in planted.compile().params}
    assert (await planting.execute(planted, asked)).rowcount != 0, statement


async def test_clean_data_breaks_nothing(town: Town, planting: AsyncConnection) -> None:
    assert await violated(planting, town.clock.now) == {}


async def test_a_broken_invariant_is_found_and_no_other(
    town: Town, planting: AsyncConnection
) -> None:
    found = {}
    for invariant, statements in PLANTS.items():
        attempt = await planting.begin_nested()
        for statement in statements:
            await plant(planting, statement, town)
        found[invariant] = await violated(planting, town.clock.now)
        await attempt.rollback()

    assert {name: set(broken) for name, broken in found.items()} == {
        name: {name} for name in PLANTS
    }, found


def test_every_invariant_is_broken_once() -> None:
    assert set(PLANTS) == {invariant.id for invariant in INVARIANTS}
    assert all(invariant.sentence.endswith(".") for invariant in INVARIANTS)


async def test_another_customers_counter_is_not_ones_own(
    town: Town, planting: AsyncConnection
) -> None:
    theirs = "update orders set buyer_email = 'somebody@example.com' where id = :pending"
    await plant(planting, theirs, town)

    assert set(await violated(planting, town.clock.now)) == {"S03"}


async def test_the_time_is_the_databases_unless_it_is_told(
    town: Town, planting: AsyncConnection
) -> None:
    long_ago = "update orders set expires_at = '2001-01-01' where status = 'pending'"
    await plant(planting, long_ago, town)

    assert "I18" in await violated(planting)
