"""What a worker's first test has made, put back for every later one: to make it takes longer than
most tests do.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg
from redis import Redis

from tests.emptying import KeptRows

T = TypeVar("T")


class Kept(Generic[T]):
    """One thing and all rows of the database at the time when it was finished."""

    def __init__(self) -> None:
        self._made: tuple[T, KeptRows] | None = None

    async def again(
        self, connection: psycopg.Connection[Any], make: Callable[[], Awaitable[T]]
    ) -> T:
        """As it was when it was made. The database is empty now."""
        if self._made is None:
            thing = await make()
            self._made = (thing, KeptRows(connection))
            return thing
        thing, rows = self._made
        rows.put_back(connection)
        return thing


def forget(events: list[str], redis_url: str) -> None:
    """What the cache still knows of them from the test before."""
    with Redis.from_url(redis_url) as cache:
        for event in events:
            if keys := list(cache.scan_iter(f"*{UUID(event).hex}*", count=10_000)):
                cache.delete(*keys)
