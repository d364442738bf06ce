"""The line of a waiting room in Redis or Valkey: one Lua script a visit, the same line for all.

The script is `domain.sales.waiting_line.Line.visit`, step by step and under the same names; where
the two differ, one of them is wrong, and the suite of promises says so.
"""

from collections.abc import Sequence
from typing import Any

from adapters.redis.door import CacheDoor
from application.shared.clock import Clock
from domain.sales import waiting_line
from domain.sales.waiting_room import (
    LOTS,
    Attendance,
    Terms,
    Turn,
    Visitor,
    instant_of,
    micros,
)
from domain.shared.ids import EventId

KEPT_MS = 2 * 24 * 3_600 * 1_000
"""A room that nobody visits is forgotten after two days."""

_HEAD = """
local standing, here, left, late, admitted, room = unpack(KEYS)
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000000 + t[2]
end
local SECOND, MINUTE = 1000000, 60000000
local ABSENT, WARMING_UP = {ABSENT}, {WARMING_UP}
local function exact(n) return string.format('%.0f', n) end
local opens, per_minute = tonumber(ARGV[2]), tonumber(ARGV[3])
local names = {'born', 'began', 'gathering_until', 'visited', 'admitted_total', 'busy_since',
  'window', 'window_count'}
local r = {}
local kept = redis.call('HMGET', room, 'credit', 'window_before', unpack(names))
r.credit, r.window_before = tonumber(kept[1]) or MINUTE, tonumber(kept[2]) or -1
for i, name in ipairs(names) do r[name] = tonumber(kept[i + 2]) or 0 end

local function rate()
  local passed, measured = now - r.window
  if r.busy_since == 0 or (r.window_before < 0 and passed < WARMING_UP) then return per_minute end
  if r.window_before < 0 then
    measured = r.window_count * MINUTE / passed
  else
    local rest = math.max(0, MINUTE - passed) / MINUTE
    measured = r.window_count * MINUTE / math.max(passed, MINUTE) + r.window_before * rest
  end
  return math.min(measured, per_minute)
end
"""

_VISIT = """
local pass_us, id = tonumber(ARGV[4]), ARGV[5]
local draw, entered = tonumber(ARGV[6]), tonumber(ARGV[7])
local BURST, GATHERING, GRACE = {BURST}, {GATHERING}, {GRACE}
local function score(key, member) return tonumber(redis.call('ZSCORE', key, member) or nil) end

if not entered then
  local place = score(standing, id)
  if not place then entered = now
  elseif place >= 0 then entered = place
  else entered = math.min(now, opens - 1) end
end

-- wake
if r.visited == 0 then
  r.born, r.began, r.visited = now, now, now
elseif now - r.visited > ABSENT then
  r.gathering_until = redis.call('ZCARD', standing) > 0 and now + GATHERING or 0
  r.began, r.busy_since = now, 0
end
if entered < r.born - SECOND and now < r.born + GATHERING then
  r.gathering_until = r.born + GATHERING
end

-- stand
local until_ = score(admitted, id)
if not until_ or until_ <= now then
  local last = score(here, id) or score(left, id) or entered
  redis.call('ZREM', left, id)
  local was_admitted = redis.call('ZREM', admitted, id) == 1
  if was_admitted or now - math.max(last, opens, r.began) > {PATIENCE} then
    redis.call('ZADD', late, exact(now), id)
  end
  local place = score(late, id)
  if not place then
    if entered < opens then place = draw - {LOTS} else place = entered end
  end
  redis.call('ZADD', standing, exact(place), id)
  redis.call('ZADD', here, exact(now), id)
end

-- see off
local gone = redis.call('ZRANGE', here, '-inf', '(' .. exact(now - ABSENT), 'BYSCORE',
  'LIMIT', 0, {LEAVING_AT_ONCE_MAX}, 'WITHSCORES')
for i = 1, #gone, 2 do
  redis.call('ZREM', standing, gone[i])
  redis.call('ZREM', here, gone[i])
  redis.call('ZADD', left, gone[i + 1], gone[i])
end
for _, key in ipairs({left, late, admitted}) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. exact(now - {REMEMBERED}))
end

-- fill
if now < opens then
  r.credit = MINUTE
else
  local passed = math.min(math.max(0, now - math.max(r.visited, opens)), ABSENT)
  local most = math.max(MINUTE, per_minute * BURST)
  r.credit = math.min(most, r.credit + passed * per_minute)
end

local is_known = now >= opens and now >= r.gathering_until
if is_known then
  -- let in
  for _ = 1, {ADMITTED_AT_ONCE_MAX} do
    if r.credit < MINUTE then break end
    local head = redis.call('ZPOPMIN', standing)[1]
    if not head then break end
    local last = score(here, head)
    redis.call('ZREM', here, head)
    if last < now - ABSENT then
      redis.call('ZADD', left, exact(last), head)
    else
      redis.call('ZREM', late, head)
      redis.call('ZADD', admitted, exact(now + pass_us + GRACE), head)
      r.admitted_total, r.window_count = r.admitted_total + 1, r.window_count + 1
      r.credit = r.credit - MINUTE
    end
  end
  -- measure
  if redis.call('ZCARD', standing) == 0 then
    r.busy_since = 0
  elseif r.busy_since == 0 then
    r.busy_since, r.window, r.window_count, r.window_before = now, now, 0, -1
  elseif now - r.window >= MINUTE then
    r.window_before = r.window_count * MINUTE / (now - r.window)
    r.window, r.window_count = now, 0
  end
end
r.visited = math.max(r.visited, now)

local saved = {'credit', exact(r.credit),
  'window_before', string.format('%.17g', r.window_before)}
for _, name in ipairs(names) do
  saved[#saved + 1] = name
  saved[#saved + 1] = exact(r[name])
end
redis.call('HSET', room, unpack(saved))
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, {KEPT_MS}) end

until_ = score(admitted, id)
if until_ and until_ <= now then until_ = nil end
local ahead = is_known and redis.call('ZRANK', standing, id) or false
return {exact(now), exact(entered), until_ and exact(until_) or false, ahead,
  redis.call('ZCARD', standing), string.format('%.17g', rate())}
"""

_ATTENDANCE = """
local is_awake = now - r.visited <= ABSENT
return {is_awake and redis.call('ZCARD', standing) or 0, exact(r.admitted_total),
  is_awake and r.busy_since > 0 and string.format('%.17g', rate()) or false}
"""


def _script(*parts: str) -> str:
    """The numbers of the calculation in Python, written into the one in Lua."""
    script = "".join(parts)
    names = "ABSENT WARMING_UP BURST GATHERING GRACE PATIENCE REMEMBERED".split()
    names += ["LEAVING_AT_ONCE_MAX", "ADMITTED_AT_ONCE_MAX"]
    numbers = {name: getattr(waiting_line, name) for name in names}
    for name, number in (numbers | {"LOTS": LOTS, "KEPT_MS": KEPT_MS}).items():
        script = script.replace("{" + name + "}", str(number))
    return script


VISIT = _script(_HEAD, _VISIT)
ATTENDANCE = _script(_HEAD, _ATTENDANCE)


class RedisWaitingLines:
    """All events' lines. The time is Redis's own, unless a clock is given (tests, seeding)."""

    def __init__(self, door: CacheDoor, clock: Clock | None = None) -> None:
        self._door = door
        self._clock = clock

    async def visit(self, terms: Terms, visitor: Visitor) -> Turn:
        """Raises CacheDown."""
        entered = "" if visitor.entered_at is None else micros(visitor.entered_at)
        answer = await self._door.run(
            VISIT,
            _keys(terms.event_id),
            [
                *self._terms(terms),
                terms.pass_minutes * waiting_line.MINUTE,
                visitor.id,
                visitor.draw,
                entered,
            ],
        )
        now, arrived, until, ahead, waiting, rate = answer
        return Turn(
            at=instant_of(int(now)),
            entered_at=instant_of(int(arrived)),
            admitted_until=None if until is None else instant_of(int(until)),
            ahead=ahead,
            waiting=waiting,
            per_minute=float(rate),
        )

    async def attendance(self, terms: Terms) -> Attendance:
        """Raises CacheDown."""
        answer = await self._door.run(ATTENDANCE, _keys(terms.event_id), self._terms(terms))
        waiting, admitted, rate = answer
        return Attendance(
            waiting=waiting,
            admitted=int(admitted),
            per_minute=None if rate is None else float(rate),
        )

    def _terms(self, terms: Terms) -> list[Any]:
        now = "" if self._clock is None else micros(self._clock())
        return [now, micros(terms.opens_at), terms.per_minute]


def _keys(event_id: EventId) -> Sequence[str]:
    parts = ("standing", "here", "left", "late", "admitted", "room")
    return [f"tixmo:room:{{{event_id}}}:{part}" for part in parts]
