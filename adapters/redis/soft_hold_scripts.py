"""The soft holds of one event as Lua, each operation one script and so one moment.

KEYS: `until`, a sorted set of carts by the millisecond at which they let go; `carts`, a hash of
what each cart holds (`id=units,id=units`); `units`, a hash of what all carts hold together. What
anonymous carts hold together is counted there like one more allotment, named `anonymous`.

ARGV[1] is the time in milliseconds, or -1 for the server's own. Every script first forgets carts
whose time is over, so many at a time that nobody else waits long; where it could not forget all of
them and it matters, it answers -1 and is asked again.
"""

_BEFORE = """
local now = tonumber(ARGV[1])
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function each(line)
  return string.gmatch(line or '', '(%w+)=(%d+)')
end

-- The first write takes no memory, so a server that has none left stops a script before it
-- wrote anything, or not at all.
local function forget(carts)
  local less = {}
  for _, line in ipairs(redis.call('HMGET', KEYS[2], unpack(carts))) do
    for id, units in each(line) do
      less[id] = (less[id] or 0) + units
    end
  end
  redis.call('ZREM', KEYS[1], unpack(carts))
  redis.call('HDEL', KEYS[2], unpack(carts))
  for id, units in pairs(less) do
    if redis.call('HINCRBY', KEYS[3], id, -units) <= 0 then
      redis.call('HDEL', KEYS[3], id)
    end
  end
end

-- A server short of memory may have evicted one of the three: then the others are worth nothing.
local there = redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3])
if there == 1 or there == 2 then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
end
local is_swept = true
if there == 3 then
  local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 500)
  if #over > 0 then
    forget(over)
    is_swept = #over < 500
  end
end
"""

_KEEP = """
local function keep_keys()
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
  if last then
    local left = tonumber(last) - now + 3600000
    for index = 1, 3 do
      redis.call('PEXPIRE', KEYS[index], left)
    end
  end
end
"""

# ARGV: now, the last try (1 or 0), cart, until, then id, units, free (-1: without limit) of each.
# Answers {1} held, {0} too late, {2, id, first expiry or nil} refused, {-1} ask again.
HOLD = (
    _BEFORE
    + _KEEP
    + """
if not is_swept and ARGV[2] == '0' then
  return {-1}
end
local cart, ends = ARGV[3], tonumber(ARGV[4])

local function first_to_let_go(wanted)
  local found = redis.call('ZRANGE', KEYS[1], 0, 64, 'WITHSCORES')
  local latest = false
  for index = 1, #found, 2 do
    if found[index] ~= cart then
      latest = tonumber(found[index + 1])
      for id in each(redis.call('HGET', KEYS[2], found[index])) do
        if id == wanted then
          return latest
        end
      end
    end
  end
  return #found == 130 and latest
end

local mine = {}
for id, units in each(redis.call('HGET', KEYS[2], cart)) do
  mine[id] = tonumber(units)
end
local held = {}
for index = 5, #ARGV, 3 do
  local id, units, free = ARGV[index], tonumber(ARGV[index + 1]), tonumber(ARGV[index + 2])
  if free >= 0 then
    local others = (redis.call('HGET', KEYS[3], id) or 0) - (mine[id] or 0)
    if units > free - others then
      return {2, id, first_to_let_go(id)}
    end
  end
  held[#held + 1] = id .. '=' .. units
end
if redis.call('ZSCORE', KEYS[1], cart) then
  forget({cart})
end
if ends <= now then
  return {0}
end
if #held > 0 then
  for index = 5, #ARGV, 3 do
    redis.call('HINCRBY', KEYS[3], ARGV[index], ARGV[index + 1])
  end
  redis.call('HSET', KEYS[2], cart, table.concat(held, ','))
  redis.call('ZADD', KEYS[1], ends, cart)
  keep_keys()
end
return {1}
"""
)

# ARGV: now, cart, until. Answers 1 or 0.
EXTEND = (
    _BEFORE
    + _KEEP
    + """
local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]) or 0)
if ends <= now then
  return 0
end
if tonumber(ARGV[3]) > ends then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
  keep_keys()
end
return 1
"""
)

# ARGV: now, carts. Answers how many of them held something.
DROP = (
    _BEFORE
    + """
local carts = {}
for index = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[index]) then
    carts[#carts + 1] = ARGV[index]
  end
end
if #carts > 0 then
  forget(carts)
end
return #carts
"""
)

# ARGV: now, the last try (1 or 0), how many allotments, these, carts. Answers nil if no cart holds
# anything, -1 to be asked again, else units of each allotment, then what each cart holds.
READ = (
    """
if redis.call('EXISTS', KEYS[1]) == 0 then
  return false
end
"""
    + _BEFORE
    + """
if not is_swept and ARGV[2] == '0' then
  return -1
end
local answer = {}
local asked = tonumber(ARGV[3])
for index = 4, #ARGV do
  local name = ARGV[index]
  if index <= 3 + asked then
    answer[#answer + 1] = tonumber(redis.call('HGET', KEYS[3], name) or 0)
  elseif tonumber(redis.call('ZSCORE', KEYS[1], name) or 0) > now then
    answer[#answer + 1] = redis.call('HGET', KEYS[2], name)
  else
    answer[#answer + 1] = ''
  end
end
local first = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
answer[#answer + 1] = tonumber(first[2] or -1)
return answer
"""
)
