// What BullMQ's moveToFinished does for one plain job, for many at once: each is removed, and its slot takes the next one.
// Events and what belongs to flows, limits and priorities are left out: here nobody uses them.

/**
 * Answers for each job: 0, nothing was done; 1, it is removed; or the next one, its fields and its id. Nothing is done for
 * a job that this worker holds no more, and nothing is taken from a queue that is not plain: BullMQ's own scripts say then
 * what is wrong, bring back the jobs whose delay is over, and heed a pause or a limit.
 */
export const TICK_OFF = `
local wait, active, delayed, meta, marker, stalled = unpack(KEYS)
local prefix, now, lockMs = ARGV[1], ARGV[2], ARGV[3]

local function remove(id, token)
  local lock = prefix .. id .. ':lock'
  if redis.call('GET', lock) ~= token or redis.call('LREM', active, -1, id) == 0 then return false end
  redis.call('DEL', lock, prefix .. id)
  redis.call('SREM', stalled, id)
  return true
end

local function isPlain()
  local limits = redis.call('HMGET', meta, 'paused', 'concurrency', 'max')
  if limits[1] or limits[2] or limits[3] then return false end
  local due = (now + 1) * 0x1000 - 1
  return #redis.call('ZRANGEBYSCORE', delayed, 0, due, 'LIMIT', 0, 1) == 0
end

local function take(token)
  local id = redis.call('RPOPLPUSH', wait, active)
  if not id then return 1 end
  local job = prefix .. id
  redis.call('SET', job .. ':lock', token, 'PX', lockMs)
  redis.call('HSET', job, 'processedOn', now)
  redis.call('HINCRBY', job, 'ats', 1)
  return { redis.call('HGETALL', job), id }
end

local answers = {}
local mayTake = isPlain()
for at = 4, #ARGV, 3 do
  local answer = 0
  if remove(ARGV[at], ARGV[at + 1]) then
    answer = mayTake and ARGV[at + 2] == '1' and take(ARGV[at + 1]) or 1
  end
  answers[#answers + 1] = answer
end
if mayTake and redis.call('EXISTS', wait) == 1 then redis.call('ZADD', marker, 0, '0') end -- wakes another worker
return answers
`;
