"""Whether Redis answers."""

import time

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.redis.errors import CacheDown

_TIMEOUT_SECONDS = 0.1


class RedisPulse:
    """A connection of its own, so that a busy pool is not taken for a dead server."""

    def __init__(self, url: str) -> None:
        self._client = (
            Redis.from_url(
                url,
                socket_timeout=_TIMEOUT_SECONDS,
                socket_connect_timeout=_TIMEOUT_SECONDS,
                max_connections=2,
                retry=Retry(NoBackoff(), 0),
            )
            if url
            else None
        )

    @property
    def is_configured(self) -> bool:
        return self._client is not None

    async def ping(self) -> float:
        assert self._client is not None
        started = time.perf_counter()
        try:
            await self._client.ping()
        except (RedisError, OSError) as error:
            raise CacheDown from error
        return round((time.perf_counter() - started) * 1000, 2)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
