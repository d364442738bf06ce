"""A bad sample for each way to break a rule, and good ones that look alike."""

from textwrap import dedent


def sample(text: str) -> str:
    return dedent(text).lstrip("\n")


def in_transaction(*lines: str) -> str:
    """The lines inside `async with self.begin(scope) as tx` of a use case."""
    body = "\n".join(f"            {line}" for line in lines)
    head = (
        "class Pay:\n    async def __call__(self, scope):\n"
        "        async with self.begin(scope) as tx:\n"
    )
    return f"{head}{body}\n"


AWAITS_ELSEWHERE = {
    "a call to the gateway": in_transaction("await self.gateway.charge(tx)"),
    "a call hidden in an argument": in_transaction("await tx.orders.add(await self.ask())"),
    "another context manager": in_transaction("async with self.lock(): pass"),
    "a second transaction": in_transaction("async with self.begin(scope) as other: pass"),
    "a foreign loop": in_transaction("async for row in self.rows(): pass"),
    "a foreign comprehension": in_transaction("[row async for row in self.rows()]"),
    "many at once": in_transaction("await asyncio.gather(tx.a(), tx.b())"),
    "a bare task": in_transaction("await task"),
    "something deep inside": in_transaction("if ready:", "    for x in y:", "        await x.go()"),
    "a transaction without a name": sample(
        """
        async def pay(begin):
            async with begin():
                await orders.add(1)
        """
    ),
    "a resource opened beside the transaction": sample(
        """
        async def pay(begin):
            async with begin() as tx, connect() as line:
                await tx.orders.add(1)
        """
    ),
    "a step that is given the transaction": sample(
        """
        async def settle(tx, gateway):
            await gateway.charge()
        """
    ),
}
AWAITS_THE_TRANSACTION = sample(
    """
    from application.shared.idempotency import claim

    class Pay:
        async def __call__(self, scope):
            price = await self.prices.ask()
            async with self.begin(scope) as tx:
                await claim(tx, "key")
                order = (await tx.orders.lock([1]))[0]
                async for row in tx.orders.all():
                    order.add(row, price)
                await self._settle(tx, order)
            await self.mailer.send(order)

        async def _settle(self, tx, order):
            async with tx.savepoint():
                await tx.orders.save(order)
    """
)

IMPURE = {
    "the clock": "at = datetime.now(UTC)",
    "a clock by any name": "at = whatever().now()",
    "the calendar": "day = date.today()",
    "the clock as a default": "at = field(default_factory=datetime.now)",
    "the old clock": "at = datetime.utcnow()",
    "a made id": "key = uuid.uuid4()",
    "a made id as a default": "key = field(default_factory=uuid4)",
    "a machine's id": "from uuid import uuid1",
    "the seconds": "import time",
    "the running seconds": "from time import monotonic",
    "dice": "import random",
    "good dice": "from secrets import token_hex",
    "raw dice": "from os import urandom",
    "a file": "text = open('prices.csv').read()",
    "a word to the world": "print('sold')",
    "something to wait for": "async def pay(): ...",
    "a third party": "import msgspec",
    "an outer layer": "from application.shared.clock import Clock",
    "a socket": "import urllib.request",
}
PURE = sample(
    """
    import hashlib
    import math
    from datetime import datetime, time
    from urllib.parse import quote
    from uuid import UUID

    from domain.shared.money import Money

    def is_over(ends: datetime, now: datetime) -> bool:
        return ends.time() <= time(12) and ends <= now
    """
)

CANCEL_ORDER = "application/sales/cancel_order.py"
MISNAMED = {"another class": "class OrderCancellation: ...", "no class": "cancel_order = None"}
WELL_NAMED = "class CancelOrderCommand: ...\nclass CancelOrder: ...\n"

QUERIES = sample(
    """
    class OrderView(View):
        def total(self): ...

    class OrderQueries(Protocol):
        async def list_orders(self): ...
    """
)
UNKNOWN_DOORS = {
    "a verb nobody knows": "@post(operation_id='annul_order')",
    "a method of a view": "@get(operation_id='total')",
    "an alias of nothing": "@post(operation_id='annul_order__alias_1')",
    "an alias without a number": "@post(operation_id='cancel_order__alias_old')",
    "a name that grep cannot find": "@post(operation_id=f'{verb}_order')",
    "a name from elsewhere": "@post(operation_id=CANCEL)",
}
KNOWN_DOORS = (
    "cancel_order",
    "place_order",
    "count_entry",
    "list_orders",
    "cancel_order__alias_12",
    "report_health",
)

OVERSIZED = {
    "a long function": "def f():\n" + "    x = 1\n" * 60,
    "a long method": "class A:\n    async def f(self):\n" + "        x = 1\n" * 60,
    "a long module": "x = 1\n" * 401,
}
FITTING = "def f():\n" + "    x = 1\n" * 59 + "y = 2\n" * 340

MOCKED = {
    "the module": "import unittest.mock",
    "a name": "from unittest.mock import AsyncMock",
    "the module from its package": "from unittest import mock",
}

SHAPELESS = (
    "adapters/postgres/utils.py",
    "tests/helpers.py",
    "application/sales/services.py",
    "domain/common/money.py",
    "entrypoints/http/misc/pages.py",
    "adapters/managers/__init__.py",
)

TELLING_THE_TIME = {
    "a comparison": '_DUE = text("select id from orders where expires_at < now()")',
    "a standard name": '_SET = """update orders set paid_at = CURRENT_TIMESTAMP"""',
    "a part of a formatted string": '_SET = f"update {table} set at = now ( ) where id = :id"',
    "the expression language": "due = select(orders).where(orders.c.at < func.now())",
    "the statement's time": 'text("select statement_timestamp()")',
    "the wall clock, compared": 'text("delete from holds where ends_at < clock_timestamp()")',
}
TOLD_THE_TIME = sample(
    '''
    """Reads what is due; `now()` is never asked."""

    _LOCK = text("select id, clock_timestamp() as now from counters for update")
    _DUE = text("select id from orders where expires_at < :now and knows(now)")
    '''
)
