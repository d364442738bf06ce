"""Everybody wants the one place that comes back: it goes to the first in line (faults.md, OV-11).

The control: with the guard switched off, the same harness must see somebody overtake.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from dependency_injector import providers
from sqlalchemy import text

from adapters.postgres.sales.store import PostgresSalesTransaction, PostgresStock
from application.sales.cancel_order import CancelOrderCommand
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.messages import (
    GuestBuyer,
    OrderItem,
    PlacedOrder,
    PlaceOrder,
    PlaceOrderRequest,
)
from application.sales.waiting_list_ports import WaitingVisitor
from application.shared.actor import Actor
from domain.sales.allotment import Allotment
from domain.sales.box_office import Movement
from domain.sales.errors import NotSoldOut
from domain.shared.ids import AllotmentId, OrderId, SessionId, UserId, WaitingListEntryId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.sales_desks import postgres_desk
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG

ROUNDS = 50
_PERSON = UserId(uuid4())
_SETTING = """
update events set published_at = :at;
update allotment_counters set capacity = 1 where allotment_id = :floor;
insert into allotments (organization_id, id, kind, event_id, created_at)
values (:org, :event, 'event', :event, :at), (:org, :floor, 'ticket_type', :event, :at);
insert into users values (:person, 'ada@example.com', 'ada@example.com', '', 'Ada', 'Byron', null,
    false, true, :at, :at, null, 1);
insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, version)
values (:person, :person, 'x', :at, :at, '2027-01-01', 1);
insert into ticket_type_draws values (:org, :floor, :floor, 1), (:org, :floor, :event, 1)
"""


@dataclass
class Arena:
    container: Container
    dice: random.Random
    number: int = 0

    async def place(self) -> OrderId | None:
        """One ticket, if the public may have it."""
        actor = Actor(
            user_id=_PERSON, session_id=SessionId(_PERSON), email="ada@example.com", name="Ada"
        )
        request = PlaceOrderRequest(items=(OrderItem(ticket_type_id=FLOOR, quantity=1),))
        order_id = OrderId(uuid4())
        [outcome] = await self.container.sales.place_orders()(
            [PlaceOrder(actor=actor, request=request, order_id=order_id)]
        )
        return order_id if isinstance(outcome, PlacedOrder) else None

    async def insist(self) -> OrderId | None:
        """Somebody who does not take no for an answer at once."""
        for _ in range(4):
            order_id = await self.place()
            if order_id is not None:
                return order_id
        return None

    async def cancel(self, order_id: OrderId) -> None:
        actor = Actor(
            user_id=_PERSON, session_id=SessionId(_PERSON), email="ada@example.com", name="Ada"
        )
        await self.container.sales.cancel_order()(actor, order_id, CancelOrderCommand())

    async def join(self) -> WaitingListEntryId | None:
        self.number += 1
        buyer = GuestBuyer(name="Grace", email=f"grace{self.number}@example.com")
        command = JoinWaitingListCommand(ticket_type_id=FLOOR, buyer=buyer)
        try:
            entry_id: WaitingListEntryId = await self.container.waiting_lists.join_waiting_list()(
                WaitingVisitor(), EVENT, command
            )
        except NotSoldOut:
            return None
        return entry_id

    async def leave(self, entry_id: WaitingListEntryId) -> None:
        secret = self.container.waiting_lists.waiting_list_secrets().of_entry(entry_id)
        await self.container.waiting_lists.leave_waiting_list()(
            WaitingVisitor(secret=secret), entry_id
        )

    async def serve(self) -> int:
        offered: int = await self.container.waiting_lists.serve_waiting_lists()()
        return offered

    async def all_at_once(self, *calls: Callable[[], Awaitable[Any]]) -> list[Any]:
        """In any order; answered in the order given."""

        async def after_a_while(call: Callable[[], Awaitable[Any]]) -> Any:
            await asyncio.sleep(self.dice.random() * 0.02)
            return await call()

        return await asyncio.gather(*(after_a_while(call) for call in calls))

    async def ask(self, question: str, **keys: Any) -> list[Any]:
        async with all_rows(self.container.core.database()) as connection:
            return list((await connection.execute(text(question), keys)).all())

    async def counters(self) -> tuple[int, int, int, int]:
        """Held, sold, blocked, waiting."""
        [row] = await self.ask(
            "select held, sold, blocked, waiting from allotment_counters where allotment_id = :id",
            id=FLOOR,
        )
        return row.held, row.sold, row.blocked, row.waiting


@pytest_asyncio.fixture(loop_scope="session")
async def arena(container: Container, clock: VirtualClock) -> Arena:
    database = container.core.database()
    await postgres_desk(database, clock)
    keys = {"org": ORG, "event": EVENT, "floor": FLOOR, "person": _PERSON, "at": NOON}
    async with all_rows(database) as connection:
        for statement in _SETTING.split(";"):
            named = {name: value for name, value in keys.items() if f":{name}" in statement}
            await connection.execute(text(statement), named)
    return Arena(container, random.Random(11))


async def one_round(arena: Arena) -> int:
    """The one order is cancelled while somebody waits; answers how many walk-ups overtook."""
    order_id = await arena.place()
    assert order_id is not None
    entry_id = await arena.join()
    assert entry_id is not None

    _, *bought, _, _ = await arena.all_at_once(
        lambda: arena.cancel(order_id),
        arena.insist,
        arena.insist,
        arena.insist,
        arena.serve,
        arena.serve,
    )

    await arena.serve()
    held, sold, blocked, waiting = await arena.counters()
    assert (held + blocked, sold) == (1, 0), "Exactly one gets it."
    overtakers = [one for one in bought if one is not None]
    [entry] = await arena.ask("select status from waiting_list_entries where id = :id", id=entry_id)
    assert (entry.status == "offered") == (not overtakers)
    assert (blocked, waiting) == ((1, 0) if not overtakers else (0, 1))
    await arena.leave(entry_id)
    for overtaker in overtakers:
        await arena.cancel(overtaker)
    return len(overtakers)


@pytest.mark.slow
async def test_the_one_place_that_comes_back_goes_to_the_line(arena: Arena) -> None:
    overtakers = [await one_round(arena) for _ in range(ROUNDS)]

    assert sum(overtakers) == 0


class GuardOff(PostgresStock):
    """The box office does not see what the line is owed."""

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        stock = await super().lock(ids)
        self._owed = {id_: allotment.waiting for id_, allotment in stock.items()}
        for allotment in stock.values():
            allotment.waiting = 0
        return stock

    async def save(self, stock: Iterable[Allotment], movements: Sequence[Movement]) -> None:
        stock = list(stock)
        for allotment in stock:
            allotment.waiting = self._owed[allotment.id]
        await super().save(stock, movements)


class GuardOffSales(PostgresSalesTransaction):
    def build(self) -> None:
        super().build()
        self.stock = GuardOff(self)


@pytest.mark.slow
async def test_control_without_the_guard_somebody_overtakes(arena: Arena) -> None:
    begin = arena.container.core.database().beginner(GuardOffSales)
    with arena.container.sales.begin.override(providers.Object(begin)):
        overtakers = 0
        for _ in range(ROUNDS):
            overtakers += await one_round(arena)
            if overtakers:
                break

    assert overtakers, "The harness does not see an overtaking."


@pytest.mark.slow
async def test_who_joins_in_the_same_instant_gets_it_or_nobody_waited(arena: Arena) -> None:
    """Joining, cancelling, buying and serving at once: the place is with exactly one."""
    for _ in range(ROUNDS // 2):
        order_id = await arena.place()
        assert order_id is not None

        _, entry_id, *bought, _ = await arena.all_at_once(
            lambda: arena.cancel(order_id),  # noqa: B023  # Called in this round.
            arena.join,
            arena.place,
            arena.place,
            arena.serve,
        )

        await arena.serve()
        held, sold, blocked, waiting = await arena.counters()
        winners = [one for one in bought if one is not None]
        assert held == len(winners) <= 1
        assert sold == 0
        if entry_id is None:  # There was one to be had; perhaps nobody took it.
            assert (blocked, waiting) == (0, 0)
        else:
            assert (blocked, waiting) == ((0, 1) if winners else (1, 0))
            await arena.leave(entry_id)
        for winner in winners:
            await arena.cancel(winner)


async def test_four_workers_end_offers_and_serve_the_next(
    arena: Arena, clock: VirtualClock
) -> None:
    await arena.ask("select 1")
    async with all_rows(arena.container.core.database()) as connection:
        await connection.execute(
            text("update allotment_counters set capacity = 5 where allotment_id = :id"),
            {"id": FLOOR},
        )
    orders = [await arena.place() for _ in range(5)]
    line = [await arena.join() for _ in range(12)]
    for order_id in orders:
        assert order_id is not None
        await arena.cancel(order_id)
    lists = arena.container.waiting_lists

    for served in (5, 10, 12):
        await arena.all_at_once(*[arena.serve] * 4)
        rows = await arena.ask("select id, status from waiting_list_entries order by joined_at, id")
        assert [row.id for row in rows if row.status != "waiting"] == line[:served]
        clock.advance(timedelta(hours=1))
        ended = await arena.all_at_once(*[lists.expire_offers()] * 4)
        assert sum(ended) == sum(row.status == "offered" for row in rows)
        assert (await arena.counters())[:3] == (0, 0, 0)

    moved = await arena.ask(
        "select kind, sum(quantity) as units from stock_movements where allotment_id = :id"
        " and kind in ('block', 'unblock') group by kind order by kind",
        id=FLOOR,
    )
    assert [(row.kind, row.units) for row in moved] == [("block", 12), ("unblock", 12)]
    assert len(await arena.ask("select id from event_log where type = 'waiting_list.lapsed'")) == 12
