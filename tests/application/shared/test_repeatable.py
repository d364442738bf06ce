"""A repeated request is told the first outcome; everything else stays what it was."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.repeats import MemoryFirstRequests
from application.shared.actor import Actor
from application.shared.coalescer import Coalescer
from application.shared.idempotency import KeyedRequest, KeyReused, RequestKey
from application.shared.repeatable import is_use_case, repeatable
from application.shared.retrying import retrying
from domain.shared.errors import Conflict, Forbidden, NotFound, StaleVersion
from domain.shared.ids import SessionId, UserId, VenueId


class VenueGone(NotFound):
    """There is no such venue."""

    code = "venue_gone"


@dataclass
class World:
    """A use case that makes one, one that removes it, and what they meet on the way."""

    memory: MemoryDatabase
    made: list[VenueId]
    refusal: Exception | None = None
    losses: int = 0


@dataclass(frozen=True)
class Make:
    world: World

    async def __call__(self, actor: Actor, name: str) -> VenueId:
        if self.world.refusal is not None:
            raise self.world.refusal
        venue_id = VenueId(uuid4())
        async with self.world.memory.beginner(MemoryTransaction)(actor.within()) as tx:
            tx.remember(venue_id)
            if self.world.losses:
                self.world.losses -= 1
                raise StaleVersion
        self.world.made.append(venue_id)
        return venue_id


@dataclass(frozen=True)
class Remove:
    world: World

    async def __call__(self, actor: Actor, venue_id: VenueId) -> None:
        if self.world.refusal is not None:
            raise self.world.refusal
        if venue_id not in self.world.made:
            raise VenueGone
        async with self.world.memory.beginner(MemoryTransaction)(actor.within()):
            self.world.made.remove(venue_id)


@dataclass(frozen=True)
class Forgetful:
    """Answers something and remembers nothing."""

    world: World

    async def __call__(self, actor: Actor) -> VenueId:
        async with self.world.memory.beginner(MemoryTransaction)(actor.within()):
            pass
        return VenueId(uuid4())


for story in (Make, Remove, Forgetful):
    story.__module__ = "application.venues.story"

KEY = RequestKey(UUID(int=1), UUID(int=2))


@pytest.fixture
def world(memory: MemoryDatabase) -> World:
    return World(memory, [])


def asking(world: World, key: RequestKey = KEY) -> Actor:
    class Alive:
        revoked_at = None

    session_id = SessionId(UUID(int=9))
    world.memory.table("sessions").put(session_id, Alive())
    return Actor(
        user_id=UserId(UUID(int=8)),
        session_id=session_id,
        email="a@example.com",
        name="A",
        keyed=KeyedRequest(key),
    )


def told(world: World, call: Any) -> Any:
    return repeatable(call, MemoryFirstRequests(world.memory))


async def test_the_first_outcome_comes_again_in_its_own_type(world: World) -> None:
    make, again = told(world, Make(world)), asking(world)

    first = await make(asking(world), "one")

    assert await make(again, "one") == first
    assert isinstance(first, UUID)
    assert again.keyed is not None
    assert again.keyed.is_repeat
    assert world.made == [first]


async def test_it_is_tried_again_like_any_other(world: World) -> None:
    world.losses = 1
    make, first = told(world, retrying(Make(world))), asking(world)

    venue_id = await make(first, "one")

    assert first.keyed is not None
    assert not first.keyed.is_repeat
    assert await make(asking(world), "one") == venue_id


async def test_what_was_removed_is_removed(world: World) -> None:
    venue_id = await Make(world)(msgspec.structs.replace(asking(world), keyed=None), "one")
    remove = told(world, Remove(world))
    await remove(asking(world), venue_id)

    await remove(asking(world), venue_id)

    with pytest.raises(VenueGone):
        await remove(asking(world, RequestKey(UUID(int=5), UUID(int=2))), venue_id)
    with pytest.raises(VenueGone):
        await remove(msgspec.structs.replace(asking(world), keyed=None), venue_id)
    with pytest.raises(KeyReused):
        await remove(asking(world, RequestKey(KEY.id, UUID(int=5))), venue_id)


async def test_what_has_changed_since_is_no_answer(world: World) -> None:
    make = told(world, Make(world))
    first = await make(asking(world), "one")

    world.refusal = Conflict("There is no room any more.")

    assert await make(asking(world), "one") == first


@pytest.mark.parametrize("refusal", [Forbidden(), NotFound()])
async def test_who_may_not_is_refused(world: World, refusal: Exception) -> None:
    make = told(world, Make(world))
    await make(asking(world), "one")

    world.refusal = refusal

    with pytest.raises(type(refusal)):
        await make(asking(world), "one")


async def test_what_is_hidden_from_somebody_is_not_gone(world: World) -> None:
    venue_id = await Make(world)(msgspec.structs.replace(asking(world), keyed=None), "one")
    remove = told(world, Remove(world))
    await remove(asking(world), venue_id)

    world.refusal = VenueGone()
    world.refusal.__cause__ = NotFound()  # As every `..._access` step raises it.

    with pytest.raises(VenueGone):
        await remove(asking(world), venue_id)


async def test_a_refusal_without_an_earlier_request_is_a_refusal(world: World) -> None:
    world.refusal = Conflict()

    with pytest.raises(Conflict):
        await told(world, Make(world))(asking(world), "one")


async def test_forgetting_to_remember_is_noticed(world: World) -> None:
    forgetful = told(world, Forgetful(world))
    await forgetful(asking(world))

    with pytest.raises(msgspec.ValidationError):
        await forgetful(asking(world))


def test_only_use_cases_are_wrapped(world: World) -> None:
    async def serve(_: Any) -> Any:
        raise AssertionError

    assert is_use_case(Make(world))
    assert is_use_case(retrying(Make(world)))
    assert not is_use_case(Coalescer(serve, serve))
    assert not is_use_case(MemoryFirstRequests(world.memory))
    assert not is_use_case(serve)
    assert not is_use_case(None)
