"""A crowd takes, gives back and lets lapse (OV-02): never too many, and in the end not too few."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.invariants import violated
from adapters.postgres.sales.stock_audit import PostgresStockAudit
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.test_events import Promoter, a_promoter
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]

_FULLEST = text(
    "select max(held + sold + blocked - capacity) from allotment_counters"
    " where capacity is not null"
)
_POOL, _EVENT = 60, 80


async def a_crowded_event(promoter: Promoter) -> list[str]:
    """Adults and children share 60 places, a family takes four, and the event has room for 80."""
    event_id = await promoter.plan(capacity=_EVENT)
    pool = await promoter.post(f"/events/{event_id}/pools", {"name": "Stand", "quantity": _POOL})
    share = [{"poolId": pool.json()["id"]}]
    kinds = [
        await promoter.offer(event_id, name="Adult", quantity=50, pools=share),
        await promoter.offer(event_id, name="Child", quantity=50, pools=share, price=0),
        await promoter.offer(event_id, name="Family", quantity=50, eventUnits=4),
        await promoter.offer(event_id, name="VIP", quantity=50),
    ]
    assert (await promoter.post(f"/events/{event_id}/publish")).status_code == 200
    return kinds


class Crowd:
    """Buyers that are sure of nothing."""

    def __init__(self, doors: list[Client], token: str, kinds: list[str], seed: int) -> None:
        self._doors = doors
        self._headers = {"Authorization": f"Bearer {token}"}
        self._kinds = kinds
        self._dice = random.Random(seed)

    async def post(self, path: str, body: Any) -> Any:
        door = self._dice.choice(self._doors)
        answer = await door.post(f"/api/v1{path}", json=body, headers=self._headers)
        assert answer.status_code < 500, answer.text
        return answer

    async def order(self, kind: str, quantity: int) -> Any:
        items = [{"ticketTypeId": kind, "quantity": quantity}]
        return await self.post("/orders", {"items": items})

    async def whim(self) -> None:
        placed = await self.order(self._dice.choice(self._kinds), self._dice.randint(1, 10))
        if placed.status_code != 201:
            assert placed.json()["code"] == "sold_out", placed.text
            return
        if self._dice.random() < 0.5:
            await self.post(f"/orders/{placed.json()['id']}/cancel", {})


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_crowd_never_takes_too_many_and_leaves_nothing_unsold(
    client: Client,
    second_client: Client,
    container: Container,
    postgres: Database,
    clock: VirtualClock,
    seed: int,
) -> None:
    promoter = await a_promoter(client, "starlight")
    kinds = await a_crowded_event(promoter)
    token = await a_person(client, "buyer@example.com")
    crowd = Crowd([client, second_client], token, kinds, seed)
    fullest: list[int] = []

    async def watch() -> None:
        async with all_rows(postgres) as connection:
            fullest.append((await connection.execute(_FULLEST)).scalar_one())

    await asyncio.gather(*(crowd.whim() for _ in range(60)), *(watch() for _ in range(10)))
    clock.advance(timedelta(minutes=14))  # Some pay nothing and run out while others still order.
    await asyncio.gather(*(crowd.whim() for _ in range(20)))
    async with all_rows(postgres) as connection:
        await connection.execute(
            text("update orders set expires_at = :now where status = 'pending'"),
            {"now": clock.now},
        )
    await asyncio.gather(
        *(container.sales.expire_orders()() for _ in range(4)), *(crowd.whim() for _ in range(10))
    )
    for kind in kinds:  # More is wanted than there is, one by one.
        while (await crowd.order(kind, 1)).status_code == 201:
            pass

    async with all_rows(postgres) as connection:
        await watch()
        assert max(fullest) <= 0
        taken = await connection.execute(
            text("select a.kind, c.capacity - held - sold - blocked as free from allotments a"
                 " join allotment_counters c on c.allotment_id = a.id")
        )  # fmt: skip
        free = {(row.kind, row.free) for row in taken if row.kind in ("event", "pool")}
        assert ("event", 0) in free
        assert await violated(connection, clock.now) == {}
        assert await PostgresStockAudit(postgres).drift(connection) == []
