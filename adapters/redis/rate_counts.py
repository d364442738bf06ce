"""What all processes let in together: for each bucket the moment at which it has run dry."""

from collections.abc import Sequence

from adapters.redis.door import CacheDoor
from application.shared.fleet_rates import Spent

KEYS_MAX = 500
"""Of one script, so that nobody else waits long."""

# In microseconds of the server's own clock: those of the processes are never compared. A bucket
# that has run dry is not there any more.
_ADD = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local known = redis.call('MGET', unpack(KEYS))
local owed = {}
for i, key in ipairs(KEYS) do
  local owes = math.max(tonumber(known[i] or now) - now, 0) + tonumber(ARGV[i])
  redis.call('SET', key, string.format('%.0f', now + owes), 'PX', math.ceil(owes / 1000))
  owed[i] = owes
end
return owed
"""


class RedisRateCounts:
    """In one round trip, however many buckets. Buckets without a moment of theirs cost nothing."""

    def __init__(self, door: CacheDoor) -> None:
        self._door = door

    @property
    def is_configured(self) -> bool:
        return self._door.is_configured

    async def add(self, spent: Sequence[Spent]) -> list[float]:
        """Raises CacheDown."""
        calls = [
            (
                [f"{{rates}}:{one.bucket}" for one in some],
                [max(1, round(one.seconds * 1_000_000)) for one in some],
            )
            for some in (spent[at : at + KEYS_MAX] for at in range(0, len(spent), KEYS_MAX))
        ]
        answers = await self._door.run_each(_ADD, calls)
        return [owed / 1_000_000 for answer in answers for owed in answer]
