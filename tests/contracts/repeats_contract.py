"""What every place promises that remembers the keys of requests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.shared.forget_requests import KEPT, ForgetRequests
from application.shared.idempotency import (
    AlreadyDone,
    FirstRequests,
    KeyedRequest,
    KeyReused,
    Repeated,
    RequestKey,
)
from application.shared.scope import PUBLIC, Scope
from application.shared.transaction import Transaction
from domain.shared.errors import Conflict

ALIKE = UUID(int=7)
OTHERWISE = UUID(int=8)

Begin = Callable[[Scope], AbstractAsyncContextManager[Transaction]]


@dataclass(frozen=True)
class Memory:
    """A place that remembers, and what it is asked."""

    begin: Begin
    first_requests: FirstRequests
    advance: Callable[[timedelta], None]
    rows: Callable[[], Awaitable[int]]

    async def first_outcome(self, key: RequestKey) -> Repeated | None:
        return (await self.first_requests.find([key])).get(key)


def a_key(fingerprint: UUID = ALIKE, *, id: UUID | None = None) -> RequestKey:
    return RequestKey(id or uuid4(), fingerprint)


def carrying(key: RequestKey) -> Scope:
    """The scope of a new request with this key."""
    return Scope(kind="public", keyed=KeyedRequest(key))


class RepeatsContract:
    async def test_a_key_is_taken_once(self, memory_of: Memory) -> None:
        key = a_key()
        async with memory_of.begin(PUBLIC) as tx:
            assert await tx.repeats.claim({key: "first"}) == {}

        async with memory_of.begin(PUBLIC) as tx:
            known = await tx.repeats.claim({key: "second"})

        assert known == {key: Repeated(ALIKE, "first")}
        assert await memory_of.first_outcome(key) == Repeated(ALIKE, "first")

    async def test_of_many_only_those_that_were_taken_are_told(self, memory_of: Memory) -> None:
        old, new = [a_key() for _ in range(5)], [a_key() for _ in range(5)]
        async with memory_of.begin(PUBLIC) as tx:
            await tx.repeats.claim(dict.fromkeys(old))

        async with memory_of.begin(PUBLIC) as tx:
            known = await tx.repeats.claim(dict.fromkeys([*new, *old]))

        assert known.keys() == set(old)
        assert await memory_of.rows() == 10

    async def test_what_is_rolled_back_took_nothing(self, memory_of: Memory) -> None:
        key = a_key()
        with pytest.raises(Conflict):
            async with memory_of.begin(PUBLIC) as tx:
                await tx.repeats.claim({key: 1})
                raise Conflict

        assert await memory_of.first_outcome(key) is None

    async def test_what_is_released_was_not_taken(self, memory_of: Memory) -> None:
        kept, released = a_key(), a_key()
        async with memory_of.begin(PUBLIC) as tx:
            await tx.repeats.claim({kept: 1, released: 2})
            await tx.repeats.release([released])

        assert await memory_of.first_outcome(kept) is not None
        assert await memory_of.first_outcome(released) is None

    async def test_outcomes_may_come_later(self, memory_of: Memory) -> None:
        one, two, bystander = a_key(), a_key(), a_key()
        async with memory_of.begin(PUBLIC) as tx:
            await tx.repeats.claim({one: None, two: None, bystander: "mine"})
            await tx.repeats.complete({one: {"id": [1]}, two: "two"})

        assert await memory_of.first_outcome(one) == Repeated(ALIKE, {"id": [1]})
        assert await memory_of.first_outcome(two) == Repeated(ALIKE, "two")
        assert await memory_of.first_outcome(bystander) == Repeated(ALIKE, "mine")

    async def test_two_requests_with_one_key_at_once_are_one(self, memory_of: Memory) -> None:
        key = a_key()
        other = a_key(OTHERWISE, id=key.id)

        async with memory_of.begin(PUBLIC) as tx:
            known = await tx.repeats.claim({key: 1, other: 2})

        assert known == {other: Repeated(ALIKE, 1)}
        with pytest.raises(KeyReused):
            known[other].answers(other)

    async def test_a_keyed_request_is_served_once(self, memory_of: Memory) -> None:
        key, outcome = a_key(), uuid4()
        async with memory_of.begin(carrying(key)) as tx:
            tx.remember(outcome)

        again = carrying(key)
        with pytest.raises(AlreadyDone) as told:
            async with memory_of.begin(again):
                pytest.fail("It began.")

        assert told.value.outcome == str(outcome)
        assert again.keyed is not None
        assert again.keyed.is_repeat

    async def test_a_keyed_request_may_have_nothing_to_remember(self, memory_of: Memory) -> None:
        key = a_key()
        async with memory_of.begin(carrying(key)):
            pass

        with pytest.raises(AlreadyDone) as told:
            async with memory_of.begin(carrying(key)):
                pytest.fail("It began.")

        assert told.value.outcome is None

    async def test_something_else_under_the_key_is_refused(self, memory_of: Memory) -> None:
        key = a_key()
        async with memory_of.begin(carrying(key)):
            pass

        with pytest.raises(KeyReused):
            async with memory_of.begin(carrying(a_key(OTHERWISE, id=key.id))):
                pytest.fail("It began.")

    async def test_a_request_with_two_commits_takes_its_key_once(self, memory_of: Memory) -> None:
        scope = carrying(a_key())
        async with memory_of.begin(scope) as tx:
            tx.remember("intent")

        async with memory_of.begin(scope) as tx:
            tx.remember("outcome")

        assert scope.keyed is not None
        assert not scope.keyed.is_repeat
        assert await memory_of.first_outcome(scope.keyed.key) == Repeated(ALIKE, "outcome")

    async def test_a_refused_request_may_be_corrected(self, memory_of: Memory) -> None:
        key = a_key()
        scope = carrying(key)
        for _ in range(2):  # Tried again by the use case itself, it must take the key again.
            with pytest.raises(Conflict):
                async with memory_of.begin(scope) as tx:
                    tx.remember("never")
                    raise Conflict

        async with memory_of.begin(carrying(a_key(OTHERWISE, id=key.id))) as tx:
            tx.remember("corrected")

        known = await memory_of.first_outcome(key)
        assert known == Repeated(OTHERWISE, "corrected")

    async def test_without_a_key_nothing_is_remembered(self, memory_of: Memory) -> None:
        async with memory_of.begin(PUBLIC) as tx:
            tx.remember("something", is_secret=True)

        assert await memory_of.rows() == 0

    async def test_a_secret_comes_back(self, memory_of: Memory) -> None:
        key = a_key()
        async with memory_of.begin(carrying(key)) as tx:
            tx.remember({"key": "open sesame"}, is_secret=True)

        assert await memory_of.first_outcome(key) == Repeated(ALIKE, {"key": "open sesame"})

    async def test_many_at_once_have_one_effect(self, memory_of: Memory) -> None:
        key, begun = a_key(), list[int]()

        async def write(number: int) -> Any:
            try:
                async with memory_of.begin(carrying(key)) as tx:
                    begun.append(number)
                    await tx.once("slow", 1)
                    tx.remember(number)
            except AlreadyDone as done:
                return done.outcome
            return number

        answers = await asyncio.gather(*map(write, range(20)))

        assert len(begun) == 1
        assert set(answers) == set(begun)

    async def test_what_is_old_is_forgotten(self, memory_of: Memory) -> None:
        old, young = [a_key() for _ in range(7)], a_key()
        async with memory_of.begin(PUBLIC) as tx:
            await tx.repeats.claim(dict.fromkeys(old))
        memory_of.advance(timedelta(hours=1))
        async with memory_of.begin(PUBLIC) as tx:
            await tx.repeats.claim({young: None})
        forget = ForgetRequests(memory_of.begin, batch=3)

        memory_of.advance(KEPT - timedelta(hours=1))
        assert await forget() == 0
        memory_of.advance(timedelta(seconds=1))
        assert await forget() == 7

        assert await memory_of.rows() == 1
        assert await memory_of.first_outcome(young) is not None

    async def test_time_is_the_transactions(self, memory_of: Memory) -> None:
        async with memory_of.begin(PUBLIC) as tx:
            assert isinstance(tx.now, datetime)
            assert await tx.repeats.forget(tx.now, 10) == 0
