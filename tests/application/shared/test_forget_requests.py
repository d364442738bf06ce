"""Three days later a key is forgotten, in small transactions."""

from datetime import timedelta
from uuid import UUID

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.repeats import MemoryFirstRequests
from application.shared.forget_requests import KEPT, ForgetRequests
from application.shared.idempotency import RequestKey
from application.shared.scope import PUBLIC
from tests.conftest import VirtualClock


async def test_what_is_older_is_dropped_in_batches(
    memory: MemoryDatabase, clock: VirtualClock
) -> None:
    begin = memory.beginner(MemoryTransaction)
    keys = [RequestKey(UUID(int=number), UUID(int=0)) for number in range(10)]
    async with begin(PUBLIC) as tx:
        await tx.repeats.claim(dict.fromkeys(keys[:9]))
    clock.advance(timedelta(seconds=1))
    async with begin(PUBLIC) as tx:
        await tx.repeats.claim({keys[9]: None})
    forget = ForgetRequests(begin, batch=3)
    clock.advance(KEPT - timedelta(seconds=1))
    assert await forget() == 0

    clock.advance(timedelta(seconds=1))

    assert await forget() == 9
    assert (await MemoryFirstRequests(memory).find(keys)).keys() == {keys[9]}
