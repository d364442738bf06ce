"""The API as the storm runs it: orders run out after seconds, and a guard can be taken away.

A process of its own, `python -m tests.chaos.api`; what is different here is said in variables
TIXMO_TEST_CHAOS_* and never in product code.
"""

import asyncio
import os
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from dependency_injector import providers
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from litestar import Litestar
from sqlalchemy import text

from adapters.postgres.sales.store import PostgresSalesTransaction, PostgresStock
from domain.sales.allotment import Allotment
from domain.shared.ids import AllotmentId
from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app
from entrypoints.http.asgi import _end_with_the_server
from entrypoints.logging import configure_logging
from entrypoints.settings import load_settings
from tests.simulation.exact_path import NoShortWay

HOLD_SECONDS = "TIXMO_TEST_CHAOS_HOLD_SECONDS"
SABOTEUR = "TIXMO_TEST_CHAOS_SABOTEUR"


class UnlockedStock(PostgresStock):
    """Reads the counters as anybody may, and decides by what may be old news."""

    locking = text(str(PostgresStock.locking).replace("for update", ""))

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        seen = await super().lock(ids)
        await asyncio.sleep(0.02)  # So that somebody else decides by the same.
        return seen


class UnlockedSales(PostgresSalesTransaction):
    def build(self) -> None:
        super().build()
        self.stock = UnlockedStock(self)


def sabotaged(container: Container) -> Container:
    """The container with what the environment takes away from it."""
    hold_for = timedelta(seconds=float(os.environ[HOLD_SECONDS]))
    container.sales.hold_for.override(providers.Object(hold_for))
    if os.environ.get(SABOTEUR) == "unlocked":
        begin = container.core.database().beginner(UnlockedSales)
        hold_for = timedelta(seconds=float(os.environ[HOLD_SECONDS]))
    container.sales.hold_for.override(providers.Object(hold_for))
    if os.environ.get(SABOTEUR) == "unlocked":
        begin = container.core.database().beginner(UnlockedSales)
        place_orders: Any = container.sales.place_orders
        place_orders.add_kwargs(begin=providers.Object(begin))
        # Its guards in SQL would save the day.
        container.sales.one_trip.override(providers.Object(NoShortWay()))
    return container


def create() -> Litestar:
    _end_with_the_server()
    settings = load_settings()
    configure_logging(settings)
    return create_app(sabotaged(make_container(settings)))


def main() -> None:
    settings = load_settings()
    Granian(
        "tests.chaos.api:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=1,
        loop=Loops.uvloop,
        workers_kill_timeout=10,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
