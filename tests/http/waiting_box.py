"""A sold-out event behind the doors of HTTP, with people who wait and a worker who works."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.memory.messaging import MemoryMailer
from adapters.postgres.database import Database
from adapters.postgres.sealer import Sealer, deliveries
from entrypoints.container import Container
from entrypoints.worker.delivery import Deliver
from entrypoints.worker.tasks import subscribers
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]

_UNSEALED = text("select exists (select from event_log where position is null)")
_INVARIANTS = text(
    """
    with entries as (
        select e.organization_id, d.allotment_id,
               sum(d.units) filter (where e.status = 'offered') as blocked,
               sum(d.units) filter (where e.status = 'waiting'
                                    and d.allotment_id = any(e.waits_for)) as waiting
        from waiting_list_entries e
        cross join lateral unnest(e.draw_ids, e.draw_units) as d (allotment_id, units)
        group by 1, 2),
    moved as (
        select organization_id, allotment_id,
               sum(case kind when 'hold' then quantity when 'release' then -quantity
                             when 'sell' then -quantity else 0 end) as held,
               sum(case kind when 'sell' then quantity when 'give_back' then -quantity
                             else 0 end) as sold,
               sum(case kind when 'block' then quantity when 'unblock' then -quantity
                             else 0 end) as blocked
        from stock_movements group by 1, 2)
    select c.* from allotment_counters c
    left join entries e using (organization_id, allotment_id)
    left join moved m using (organization_id, allotment_id)
    where (c.waiting, c.blocked) <> (coalesce(e.waiting, 0), coalesce(e.blocked, 0))
       or (c.held, c.sold, c.blocked)
          <> (coalesce(m.held, 0), coalesce(m.sold, 0), coalesce(m.blocked, 0))
    """
)


@dataclass
class Box:
    """A sold-out event of one ticket type, and those who want in."""

    client: Client
    container: Container
    clock: VirtualClock
    promoter: str
    buyer: str
    organization_id: str
    event_id: str
    ticket_type_id: str
    mails: MemoryMailer = field(default_factory=MemoryMailer)
    order: Json = field(default_factory=dict)
    told: int = 0

    async def join(
        self, name: str = "grace", quantity: int = 1, *, token: str = "", expect: int = 201
    ) -> Json:
        body: Json = {"ticketTypeId": self.ticket_type_id, "quantity": quantity}
        if not token:
            body["buyer"] = {"name": name.title(), "email": f"{name}@example.com"}
        path = f"/events/{self.event_id}/waiting-list"
        answer: Json = await call(self.client, "POST", path, token, body, expect)
        return answer

    async def buy(self, quantity: int, *, expect: int = 201, token: str = "") -> Json:
        items = [{"ticketTypeId": self.ticket_type_id, "quantity": quantity}]
        answer: Json = await call(
            self.client, "POST", "/orders", token or self.buyer, {"items": items}, expect
        )
        return answer

    async def cancel(self) -> None:
        await call(self.client, "POST", f"/orders/{self.order['id']}/cancel", self.buyer)

    async def ask(self, method: str, path: str, secret: str = "", expect: int = 200) -> Json:
        headers = {"X-Waiting-Secret": secret} if secret else {}
        response = await self.client.request(method, f"/api/v1{path}", headers=headers)
        assert response.status_code == expect, response.text
        answer: Json = response.json() if response.content else {}
        return answer

    async def work(self) -> None:
        """What the sealer and the worker do, until nothing is left."""
        database, known = self.container.core.database(), subscribers(self.container)
        deliver = Deliver(database, self.container.core.jobs(), known)
        while await self._seal(database):
            async with all_rows(database) as connection:
                rows = (
                    await connection.execute(
                        text(
                            "select type, type_version, position from event_log"
                            " where position > :told order by position"
                        ),
                        {"told": self.told},
                    )
                ).all()
            self.told = rows[-1].position
            for subscriber, positions in deliveries(rows).items():
                await deliver(subscriber, positions)

    async def _seal(self, database: Database) -> int:
        """Other tests' transactions on the same server make it wait, so it is tried again."""
        async with asyncio.timeout(10):
            while True:
                sealed = await Sealer(database).seal()
                async with all_rows(database) as connection:
                    left = await connection.execute(_UNSEALED)
                    if sealed or not left.scalar_one():
                        return sealed
                await asyncio.sleep(0.01)

    async def check(self) -> None:
        async with all_rows(self.container.core.database()) as connection:
            assert (await connection.execute(_INVARIANTS)).all() == []


async def a_box(client: Client, container: Container, clock: VirtualClock) -> Box:
    promoter = await a_person(client, "promoter@example.com")
    buyer = await a_person(client, "buyer@example.com")
    organization_id, ticket_type = await an_event(client, promoter)
    box = Box(
        client,
        container,
        clock,
        promoter,
        buyer,
        organization_id,
        str(ticket_type["eventId"]),
        str(ticket_type["id"]),
    )
    container.messaging.mailer.override(providers.Object(box.mails))
    box.order = await box.buy(10)
    return box
