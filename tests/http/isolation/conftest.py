"""Two organisations and everybody who might ask, made once and put back for every test."""

from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from entrypoints.container import Container
from entrypoints.http.access import ACCESS
from tests.conftest import VirtualClock
from tests.http.isolation.cast import Cast, gather
from tests.http.isolation.ledger import Connection
from tests.http.isolation.lent import EVERY, PERMISSIONS, Lent, lend, scopes_of
from tests.http.kept import Kept, forget
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


@pytest.fixture(scope="session")
def kept_town() -> Kept[Town]:
    return Kept()


@pytest_asyncio.fixture(loop_scope="session")
async def town(
    kept_town: Kept[Town],
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> Town:
    async def make() -> Town:
        house = await a_world(client, clock, HOUSE)
        other = await a_world(client, clock, OTHER)
        return Town(house, other, await gather(house, other, container))

    kept = await kept_town.again(owner_connection, make)
    worlds = (kept.house, kept.other)
    house, other = (replace(world, client=client, clock=clock) for world in worlds)
    forget([house.event, other.event], container.settings().redis_url)
    return Town(house, other, kept.cast)


@pytest.fixture(scope="session")
def kept_lent() -> Kept[Lent]:
    return Kept()


@pytest_asyncio.fixture(loop_scope="session")
async def lent(
    kept_lent: Kept[Lent],
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> Lent:
    """One organisation, and what its promoter and a buyer have lent to keys and applications."""

    async def make() -> Lent:
        lacking = {EVERY - scopes_of(name) for name in ACCESS}
        world = await a_world(client, clock, HOUSE)
        return await lend(world, container, [PERMISSIONS, *lacking])

    kept = await kept_lent.again(owner_connection, make)
    forget([kept.world.event], container.settings().redis_url)
    return kept.now(replace(kept.world, client=client, clock=clock), container)
