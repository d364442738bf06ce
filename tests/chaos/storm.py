"""People buy while processes die. Nothing but sockets is shared with what is killed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import redis.asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.database import create_engine
from adapters.postgres.invariants import violated
from tests.chaos.client import Client, History, Silence
from tests.chaos.town import Plan, Town, kill_a_backend

# From the orders alone, whatever the counters say.
_OVERSOLD = text(
    """
    select coalesce(max(taken.units - c.capacity), 0) from (
        select d.id, sum(d.units) as units
        from orders cross join lateral unnest(draw_ids, draw_units) as d (id, units)
        where status in ('pending', 'paid')
        group by d.id) taken
    join allotment_counters c on c.allotment_id = taken.id
    """
)
QUIET_SECONDS = 90.0
"""How long machines may take to finish what people began."""


@dataclass
class Told:
    """How it went."""

    faults: list[str] = field(default_factory=list)
    violations: dict[str, list[Any]] = field(default_factory=dict)
    """By invariant, as first seen."""
    looks: int = 0
    oversold: int = 0
    """Units that orders have beyond what there is, at worst."""
    kills: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    orders: dict[str, int] = field(default_factory=dict)
    sold: dict[str, str] = field(default_factory=dict)
    longest_wait: float = 0.0

    @property
    def is_well(self) -> bool:
        return not self.faults and not self.violations and self.oversold <= 0


class Storm:
    def __init__(self, town: Town, plan: Plan, seed: int) -> None:
        self._town = town
        self._plan = plan
        self._dice = Random(seed)
        self._history = History()
        self._told = Told()
        self._seller = self._client()
        self._people = [self._client() for _ in range(plan.clients)]
        self._engine: AsyncEngine = create_engine(
            town.addresses.superuser_url.replace("/postgres?", "/tixmo?"), pool_size=2
        )
        self._event = ""
        self._types: list[str] = []
        self._until = 0.0

    async def run(self) -> Told:
        """Open the sale, let it storm, wait until it is quiet, and count."""
        try:
            await self.open_the_sale()
            self._until = asyncio.get_running_loop().time() + self._plan.seconds
            async with asyncio.TaskGroup() as group:
                for person in self._people:
                    group.create_task(self._shop(person))
                group.create_task(self._organise())
                group.create_task(self._watch())
                if self._plan.kills:
                    group.create_task(self._kill())
            await self._calm_down()
            await self._sell_out()
            await self._count()
        finally:
            for client in (self._seller, *self._people):
                await client.close()
            await self._engine.dispose()
        self._told.faults += self._history.faults
        self._told.answers = self._history.answers
        self._told.longest_wait = self._history.longest_wait
        return self._told

    def wish(self) -> dict[str, Any]:
        """One ticket of the first type."""
        return _wish({self._types[0]: 1})

    async def close_the_sale(self, placed: int) -> dict[str, Any]:
        """The invariants that do not hold, `placed` among them: so many orders there must be."""
        await self._look()
        async with self._engine.connect() as connection:
            count = (await connection.execute(text("select count(*) from orders"))).scalar_one()
        for client in (self._seller, *self._people):
            await client.close()
        await self._engine.dispose()
        lost = {} if count == placed else {"placed": [placed, count]}
        return {**self._told.violations, **lost}

    def _client(self) -> Client:
        return Client(self._town.ports, Random(self._dice.random()), self._history)

    @property
    def _is_over(self) -> bool:
        # A control need not storm on when the event is oversold.
        is_caught = bool(self._plan.saboteur) and self._told.oversold > 0
        return is_caught or asyncio.get_running_loop().time() > self._until

    async def open_the_sale(self) -> None:
        await self._seller.register("seller")
        for number, person in enumerate(self._people):
            await person.register(f"person{number}")
        organization = await self._made("/organizations", {"name": "Storm", "type": "promoter"})
        starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
        self._event = await self._made(
            "/events",
            {
                "organizationId": organization,
                "name": "Storm",
                "category": "music",
                "startDatetime": starts.isoformat(),
                "endDatetime": (starts + timedelta(hours=3)).isoformat(),
                "timezone": "Europe/Warsaw",
                "capacity": self._plan.capacity,
                "currency": "EUR",
            },
        )
        for name, price in (("Floor", "50.00"), ("Balcony", "30.00"), ("Guests", "0")):
            said = {"name": name, "price": price, "quantity": self._plan.capacity * 2 // 3}
            self._types.append(await self._made(f"/events/{self._event}/ticket-types", said))
        await self._made("/promo-codes", _a_code(organization, self._plan.capacity // 5))
        await self._seller.post(f"/events/{self._event}/publish")

    async def _made(self, path: str, said: dict[str, Any]) -> str:
        status, body = await self._seller.post(path, said)
        assert status == 201, body
        return str(body["id"])

    async def _shop(self, person: Client) -> None:
        """Place, and then pay, think better of it, or forget it."""
        while not self._is_over:
            try:
                order_id = await self._place(person)
                if order_id is not None:
                    await self._decide(person, order_id)
            except Silence as silence:
                self._history.blame(f"no answer to {silence}")
            await asyncio.sleep(person.dice.random() * 0.05)

    async def _place(self, person: Client) -> str | None:
        dice = person.dice
        types = dice.sample(self._types, dice.choice([1, 1, 1, 2]))
        body = _wish({type_id: dice.choice([1, 1, 2, 3]) for type_id in types})
        if dice.random() < 0.15:
            body["promoCode"] = "STORM"
        if dice.random() < 0.15:
            body["payment"] = {"paymentMethod": "pm_card_visa"}
        return await self._order(person, body)

    async def _order(self, person: Client, body: dict[str, Any]) -> str | None:
        dice = person.dice
        key = str(uuid4())
        status, placed = await person.post("/orders", body, key=key)
        if dice.random() < 0.1 and status == 201:
            # As if the answer had been lost: the same key once more.
            status, again = await person.post("/orders", body, key=key)
            if status != 201 or again["id"] != placed["id"]:
                self._history.blame(f"a key was answered with {placed['id']}, then {again}")
                return None
        if status != 201:
            return None
        self._history.placed[key] = placed["id"]
        if placed["status"] == "paid":
            self._history.paid.add(placed["id"])
        return str(placed["id"])

    async def _decide(self, person: Client, order_id: str) -> None:
        chance = person.dice.random()
        if chance < 0.55:
            await self._pay(person, order_id)
        elif chance < 0.7:
            status, _ = await person.post(f"/orders/{order_id}/cancel", {})
            if status == 200:
                self._history.cancelled.add(order_id)
        elif chance < 0.75:
            await asyncio.sleep(self._plan.hold_seconds * (0.9 + 0.2 * person.dice.random()))
            await self._pay(person, order_id)

    async def _pay(self, person: Client, order_id: str) -> None:
        status, intent = await person.post("/payments/create-intent", {"orderId": order_id})
        if status != 201:
            return
        method = "pm_card_visa" if person.dice.random() < 0.9 else "pm_card_chargeDeclined"
        said = {"paymentId": intent["paymentId"], "paymentMethod": method}
        status, paid = await person.post("/payments/confirm", said)
        if status == 200 and paid["orderStatus"] == "paid":
            self._history.paid.add(order_id)

    async def _organise(self) -> None:
        """Capacity goes up and down, and some paid orders are cancelled."""
        while not self._is_over:
            await asyncio.sleep(self._seller.dice.random())
            with contextlib.suppress(Silence):
                type_id = self._seller.dice.choice(self._types)
                factor = self._seller.dice.choice([0.5, 0.66, 0.8])
                path = f"/events/{self._event}/ticket-types/{type_id}"
                quantity = max(1, int(self._plan.capacity * factor))
                await self._seller.patch(path, {"quantity": quantity})
                if self._history.paid and self._seller.dice.random() < 0.5:
                    order_id = self._seller.dice.choice(sorted(self._history.paid))
                    status, _ = await self._seller.post(f"/orders/{order_id}/cancel", {})
                    if status == 200:
                        self._history.cancelled.add(order_id)

    async def _watch(self) -> None:
        while not self._is_over:
            for name in self._town.revive():
                self._told.kills[f"{name} by itself"] += 1
            await self._look()
            await asyncio.sleep(1)

    async def _look(self) -> None:
        """All invariants, in one snapshot; a look that was cut off is not one."""
        try:
            async with self._engine.connect() as plain:
                connection = await plain.execution_options(isolation_level="REPEATABLE READ")
                found = await violated(connection)
                oversold = (await connection.execute(_OVERSOLD)).scalar_one()
        except (DBAPIError, OSError):
            return
        self._told.looks += 1
        self._told.oversold = max(self._told.oversold, oversold)
        for name, rows in found.items():
            self._told.violations.setdefault(name, rows)

    async def _kill(self) -> None:
        fates: list[tuple[int, str, Callable[[], Awaitable[Any]]]] = [
            (4, "api", self._kill_an_api),
            (1, "worker", lambda: asyncio.to_thread(self._town.kill, "worker")),
            (6, "backend", lambda: self._end_a_backend(politely=True)),
            (1, "backend -9", lambda: self._end_a_backend(politely=False)),
            (1, "flushall", self._flush),
        ]
        await asyncio.sleep(1)
        while not self._is_over:
            [(_, name, fate)] = self._dice.choices(fates, [weight for weight, *_ in fates])
            # PostgreSQL may be recovering, and then there is nobody to kill.
            with contextlib.suppress(Exception):
                await fate()
                self._told.kills[name] += 1
            await asyncio.sleep(self._plan.seconds_between_kills * (0.5 + self._dice.random()))

    async def _kill_an_api(self) -> None:
        name = self._dice.choice([name for name in self._town.names if name.startswith("api")])
        await asyncio.to_thread(self._town.kill, name)

    async def _end_a_backend(self, *, politely: bool) -> None:
        await asyncio.to_thread(kill_a_backend, self._town.addresses, politely=politely)

    async def _flush(self) -> None:
        async with redis.asyncio.from_url(self._town.addresses.redis_url) as cache:
            await cache.flushall()

    async def _calm_down(self) -> None:
        """The sweeper and the deliveries finish what is left, by themselves."""
        await self._town.recover()
        async with asyncio.timeout(QUIET_SECONDS):
            while await self._unfinished() and not self._told.violations:  # noqa: ASYNC110
                await asyncio.sleep(0.5)  # The database rings no bell.

    async def _unfinished(self) -> int:
        query = (
            "select (select count(*) from orders where status = 'pending')"
            " + (select count(*) from refunds where status = 'requested')"
        )
        with contextlib.suppress(DBAPIError, OSError):
            async with self._engine.connect() as connection:
                return int((await connection.execute(text(query))).scalar_one())
        return 1

    async def _sell_out(self) -> None:
        """Whatever is left finds a buyer, one by one; then the event is exactly full."""
        if self._told.violations:
            return
        for type_id in self._types:
            while await self._order(self._people[0], _wish({type_id: 1})) is not None:
                pass
        await self._look()

    async def _count(self) -> None:
        await self._look()
        async with self._engine.connect() as connection:
            rows = (await connection.execute(text("select id, status from orders"))).all()
            status = {str(row.id): row.status for row in rows}
            self._told.orders = dict(Counter(status.values()))
            counters = await connection.execute(
                text(
                    "select a.kind, c.capacity, c.held, c.sold, c.blocked"
                    " from allotment_counters c join allotments a on a.id = c.allotment_id"
                )
            )
            full = 0
            for row in counters:
                taken = row.held + row.sold + row.blocked
                self._told.sold[f"{row.kind} {len(self._told.sold)}"] = f"{taken}/{row.capacity}"
                full += row.kind == "event" and taken == row.capacity
        if not full and not self._told.violations:
            self._told.faults.append(f"sold out, and not full: {self._told.sold}")
        for key, order_id in self._history.placed.items():
            if order_id not in status:
                self._told.faults.append(f"{order_id} was acknowledged (key {key}) and is gone")
        for order_id in self._history.paid - self._history.cancelled:
            if status.get(order_id) not in ("paid", "cancelled"):
                self._told.faults.append(f"{order_id} was paid and is {status.get(order_id)}")


def _wish(quantities: dict[str, int]) -> dict[str, Any]:
    items = [{"ticketTypeId": id_, "quantity": quantity} for id_, quantity in quantities.items()]
    return {"items": items}


def _a_code(organization_id: str, uses: int) -> dict[str, Any]:
    return {
        "organizationId": organization_id,
        "code": "STORM",
        "discountType": "percentage",
        "discountValue": 10,
        "maxUses": uses,
    }
