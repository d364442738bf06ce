"""Two organisations and everybody who might ask, made once and put back for every test."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest
import pytest_asyncio
from redis import Redis

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.emptying import KeptRows
from tests.http.isolation.cast import Cast, gather
from tests.http.isolation.ledger import Connection
from tests.http.repeating import World, a_world
from tests.http.test_the_first_sale import Client

HOUSE, OTHER = "house.example", "other.example"


@dataclass(frozen=True)
class Town:
    house: World
    """The organisation that is asked about."""
    other: World
    """Another tenant, whose people try as well."""
    cast: Cast


@dataclass
class KeptTown:
    """The town that this worker's first test has made, and its rows."""

    town: Town | None = None
    rows: KeptRows | None = None


@pytest.fixture(scope="session")
def kept_town() -> KeptTown:
    return KeptTown()


@pytest_asyncio.fixture(loop_scope="session")
async def town(
    kept_town: KeptTown,
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> Town:
    if kept_town.town is None or kept_town.rows is None:
        house = await a_world(client, clock, HOUSE)
        other = await a_world(client, clock, OTHER)
        kept_town.town = Town(house, other, await gather(house, other, container))
        kept_town.rows = KeptRows(owner_connection)
        return kept_town.town
    kept_town.rows.put_back(owner_connection)
    kept = kept_town.town
    worlds = (kept.house, kept.other)
    house, other = (replace(world, client=client, clock=clock) for world in worlds)
    _forget([house.event, other.event], container.settings().redis_url)
    return Town(house, other, kept.cast)


def _forget(events: list[str], redis_url: str) -> None:
    """What the cache still knows of them from the test before."""
    with Redis.from_url(redis_url) as cache:
        for event in events:
            if keys := list(cache.scan_iter(f"*{UUID(event).hex}*", count=10_000)):
                cache.delete(*keys)
