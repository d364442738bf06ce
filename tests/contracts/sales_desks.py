"""The same small world, laid into memory and into PostgreSQL."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.store import MemorySalesTransaction
from adapters.memory.stock_rows import MemoryCounter
from adapters.postgres.database import Database
from adapters.postgres.sales.store import PostgresSalesTransaction
from domain.payments.payment import Payment, PaymentStatus
from domain.sales.order import Order
from domain.shared.ids import AllotmentId, PaymentId
from tests.beyond import all_rows
from tests.contracts.sales_contract import Clock, Desk
from tests.domain.sales.builders import CODE, EVENT, FLOOR, NOON, ORG, VIP

CAPACITIES = {EVENT: 100, FLOOR: 10, VIP: 10, CODE: 5}

_WORLD = """
insert into organizations
values (:org, 'Org', 'org', 'promoter', 'active', 'USD', 0, 0, :at, :at, 1);
insert into events (organization_id, id, short_id, name, slug, category, tags, starts_at, ends_at,
    timezone, capacity, currency, location_type, visibility, images, metadata, intent,
    created_at, updated_at, version)
values (:org, :event, 1, 'Show', 'show', 'music', '{}', '2026-07-01', '2026-07-02', 'UTC', 100,
    'USD', 'physical', 'public', '[]', '{}', 'published', :at, :at, 1);
insert into ticket_types (organization_id, id, short_id, event_id, name, price_minor,
    min_per_order, max_per_order, status, sort_order, metadata, created_at, updated_at, version)
select :org, id, number, :event, name, 5000, 1, 10, 'active', 0, '{}', :at, :at, 1
from (values (cast(:floor as uuid), 'Floor', 1), (cast(:vip as uuid), 'VIP', 2))
     as t (id, name, number)
"""


def memory_desk(database: MemoryDatabase, clock: Clock, kind: Any = MemorySalesTransaction) -> Desk:
    for id_, capacity in CAPACITIES.items():
        counter = MemoryCounter(
            organization_id=ORG, allotment_id=AllotmentId(id_), capacity=capacity
        )
        database.table("allotment_counters").put(id_, counter)

    async def announced() -> list[str]:
        return [type(recorded.event).__name__ for recorded in database.events]

    async def send_to_processor(order: Order) -> None:
        payment = Payment(
            organization_id=ORG,
            id=PaymentId(uuid4()),
            order_id=order.id,
            payer_id=None,
            attempt=1,
            provider="stripe",
            amount=order.total,
            created_at=clock(),
            updated_at=clock(),
            status=PaymentStatus.PROCESSING,
        )
        database.table("payments").put(payment.id, payment)

    return Desk(database.beginner(kind), clock, announced, send_to_processor)


async def postgres_desk(
    database: Database, clock: Clock, kind: Any = PostgresSalesTransaction
) -> Desk:
    keys = {"org": ORG, "event": EVENT, "floor": FLOOR, "vip": VIP, "at": NOON}
    async with all_rows(database) as connection:
        for statement in _WORLD.split(";"):
            named = {name: value for name, value in keys.items() if f":{name}" in statement}
            await connection.execute(text(statement), named)
        for id_, capacity in CAPACITIES.items():
            await connection.execute(
                text(
                    "insert into allotment_counters (organization_id, allotment_id, capacity)"
                    " values (:org, :id, :capacity)"
                ),
                {"org": ORG, "id": id_, "capacity": capacity},
            )

    async def announced() -> list[str]:
        async with all_rows(database) as connection:
            rows = await connection.execute(
                text("select type from event_log where type not like 'row.%' order by id")
            )
            return ["".join(part.capitalize() for part in row.type.split(".")) for row in rows]

    async def send_to_processor(order: Order) -> None:
        async with all_rows(database) as connection:
            await connection.execute(
                text(
                    "insert into payments (organization_id, id, order_id, attempt, provider,"
                    " status, amount_minor, currency, created_at, updated_at, version)"
                    " values (:org, :id, :order, 1, 'stripe', 'processing', 1, 'USD', :at, :at, 1)"
                ),
                {"org": ORG, "id": uuid4(), "order": order.id, "at": clock()},
            )

    return Desk(database.beginner(kind), clock, announced, send_to_processor)
