"""What the sealer and the worker do, in memory: the same subscriptions over the same events."""

from collections.abc import Mapping

from adapters.memory.database import MemoryDatabase
from application.subscriptions import Subscriber, subscribers_of


async def drain(database: MemoryDatabase, subscribers: Mapping[str, Subscriber]) -> None:
    """Deliver every event that was not delivered yet, and the events that this causes.

    Subscribers that are not given are left out. One failure does not stop the others: those are
    raised together at the end, and what failed is delivered again by the next call.
    """
    delivered = database.table("drained")
    failures: list[Exception] = []
    reached = 0
    while reached < len(database.events):
        number, event = database.events[reached]
        reached += 1
        for name in subscribers_of(type(event)):
            if name not in subscribers or delivered.get((name, number)):
                continue
            try:
                await subscribers[name](number, event)
            except Exception as failure:  # noqa: BLE001 - raised below, with the others.
                failures.append(failure)
            else:
                delivered.put((name, number), True)
    if failures:
        raise ExceptionGroup("Some events could not be delivered.", failures)
