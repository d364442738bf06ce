"""Another front before the application of the tests, for as long as a test wants it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import httpx
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.tokens.remembered import RememberedAccessTokens
from application.shared.fleet_rates import FleetRates, Spent
from entrypoints.container import Container
from entrypoints.door_settings import rates_in
from entrypoints.http.front import Front
from entrypoints.http.rate_limits import RateLimits
from entrypoints.http.request_log import RequestLog
from entrypoints.settings import Settings
from tests.application.shared.test_rates import Seconds


class NoCounts:
    """One process, and nobody to tell."""

    is_configured = False

    async def add(self, spent: list[Spent]) -> list[float]:
        raise NotImplementedError


def limits_of(container: Container, seconds: Seconds, rates: str) -> RateLimits:
    fleet = FleetRates(rates_in(rates), cast(Any, NoCounts()), processes=1, now=seconds)
    tokens: RememberedAccessTokens = container.identity.access_tokens()
    return RateLimits(fleet.policies, lambda: tokens)


@contextmanager
def behind(
    client: AsyncTestClient[Litestar], limits: RateLimits | None = None, **settings: Any
) -> Iterator[None]:
    """`settings` are what the front goes by."""
    app = client.app
    usual = cast(RequestLog, app.asgi_handler)
    app.asgi_handler = RequestLog(usual._app, Front(Settings(**settings), limits), None)
    try:
        yield
    finally:
        app.asgi_handler = usual


@asynccontextmanager
async def at(client: AsyncTestClient[Litestar], address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The application as somebody at this address reaches it."""
    transport = httpx.ASGITransport(cast(Any, client.app), client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://tixmo") as there:
        yield there
