/**
 * The Lua of a conversation's stream. Every script takes the same keys of one creator (hence of one slot):
 *
 *   1 frames   a stream; the entry of frame n has the id `n-0`
 *   2 seq      the highest number drawn; outlives the stream
 *   3 cursors  connection → the last number it was sent; being in here is being live
 *   4 pumps    connection → `until|holder`: who posts to it at present
 *   5 once     name of a frame that may exist only once → its number
 *   6 erased   set for a while after an erasure, so that a late worker leaves nothing behind
 */
const NOW = `
local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
`;
const TAKE_PUMP = `
local function take_pump(connection, holder, lease_ms, now)
  redis.call('HSET', KEYS[4], connection, string.format('%.0f|%s', now + lease_ms, holder))
  redis.call('PEXPIRE', KEYS[4], 600000)
end
`;
const KNOWN_SEQ = `
local function known_seq(seq)
  seq = seq or redis.call('GET', KEYS[2])
  if seq then return tonumber(seq) end
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  if last[1] then return tonumber(string.match(last[1][1], '^%d+')) end
  return nil
end
`;
const TAIL = `
local function tail(connection, after, seq, batch)
  if after >= seq then
    redis.call('HDEL', KEYS[4], connection)
    return {'tip', seq}
  end
  local entries = redis.call('XRANGE', KEYS[1], string.format('%.0f-0', after + 1), '+', 'COUNT', batch)
  if not entries[1] or tonumber(string.match(entries[1][1], '^%d+')) ~= after + 1 then
    redis.call('HSET', KEYS[3], connection, seq)
    return {'reset', seq}
  end
  local reply = {'more', after}
  for _, entry in ipairs(entries) do reply[#reply + 1] = entry[2][2] end
  return reply
end
`;

const ENTER = `
local function enter(connection, at, kept_ms)
  if connection == '' or redis.call('HEXISTS', KEYS[3], connection) == 1 then return end
  redis.call('HSET', KEYS[3], connection, at)
  redis.call('PEXPIRE', KEYS[3], kept_ms)
end
`;

/**
 * Draws the next number, adds the frame, and takes the pump of every live connection that has none.
 * ARGV: body, floor or '', margin, name for once or '', holder, lease ms, frames kept, ms of frames, ms of seq,
 * name that from now on counts as used or '', name whose use makes this frame void or '', connection that becomes live
 * behind the last frame, unless it is live already, or '', ms of cursors, then connection and number for each pump of this
 * holder that has posted up to there and is handed on to this frame.
 * Returns {'appended', seq, connection, cursor, …}, {'repeat', seq, connection, cursor, …}, {'erased'} or {'unknown'} (no
 * number known).
 */
export const APPEND = `${NOW}${TAKE_PUMP}${KNOWN_SEQ}${ENTER}
local drawn = redis.call('MGET', KEYS[2], KEYS[6])
if drawn[2] then return {'erased'} end
for _, name in ipairs({ARGV[4], ARGV[11]}) do
  local before = name ~= '' and redis.call('HGET', KEYS[5], name)
  if before then
    -- Whoever appended it may have ended before it posted: what is behind and has nobody to post to it is picked up.
    local reply, now, tip = {'repeat', tonumber(before)}, now_ms(), known_seq() or 0
    enter(ARGV[12], tip, ARGV[13])
    local live = redis.call('HGETALL', KEYS[3])
    for i = 1, #live, 2 do
      local pump = redis.call('HGET', KEYS[4], live[i])
      if tonumber(live[i + 1]) < tip and (not pump or tonumber(string.match(pump, '^%d+')) < now) then
        take_pump(live[i], ARGV[5], tonumber(ARGV[6]), now)
        reply[#reply + 1] = live[i]
        reply[#reply + 1] = tonumber(live[i + 1])
      end
    end
    return reply
  end
end
local floor = tonumber(ARGV[2])
local seq = known_seq(drawn[1])
if not seq then
  if not floor then return {'unknown'} end
  seq = floor
  if floor > 0 then seq = floor + tonumber(ARGV[3]) end
elseif floor and floor > seq + tonumber(ARGV[3]) then
  -- Postgres may be ahead by the margin (a number reserved for a frame to come); further ahead, Redis has lost frames.
  seq = floor
  redis.call('DEL', KEYS[1])
end
enter(ARGV[12], seq, ARGV[13])
seq = seq + 1
redis.call('SET', KEYS[2], seq, 'PX', ARGV[9])
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[7], string.format('%.0f-0', seq), 'f', ARGV[1])
local marks = false
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[5], ARGV[4], seq)
  marks = true
end
if ARGV[10] ~= '' and redis.call('HSETNX', KEYS[5], ARGV[10], seq) == 1 then marks = true end
if marks then redis.call('PEXPIRE', KEYS[5], ARGV[8]) end
-- An answer is over long before what its first delta prolonged; its last frame prolongs again.
if marks or ARGV[10] == '' then redis.call('PEXPIRE', KEYS[1], ARGV[8]) end
local now = now_ms()
local live = redis.call('HGETALL', KEYS[3])
local held = redis.call('HGETALL', KEYS[4])
local pumps, handed = {}, {}
for i = 1, #held, 2 do pumps[held[i]] = held[i + 1] end
for i = 14, #ARGV, 2 do handed[ARGV[i]] = tonumber(ARGV[i + 1]) end
local reply = {'appended', seq}
for i = 1, #live, 2 do
  local connection, cursor, pump = live[i], tonumber(live[i + 1]), pumps[live[i]]
  local held_until = pump and tonumber(string.match(pump, '^%d+'))
  local mine = handed[connection] and pump and string.match(pump, '|(.*)$') == ARGV[5]
  if mine then
    cursor = handed[connection]
    redis.call('HSET', KEYS[3], connection, cursor)
  end
  if mine or not held_until or held_until < now then
    if not mine or held_until < now + tonumber(ARGV[6]) / 2 then take_pump(connection, ARGV[5], tonumber(ARGV[6]), now) end
    reply[#reply + 1] = connection
    reply[#reply + 1] = cursor
  end
end
return reply
`;

/**
 * Makes a connection live behind frame \`after\` ('' = behind the last one, unless it is live already) and takes its
 * pump, whoever held it. ARGV: connection, after or '', holder, lease ms, batch, floor or '', margin, ms of cursors,
 * ms of seq. Returns {'more', after, frame, …}, {'tip', seq}, {'reset', seq}, {'erased'} or {'unknown'}.
 */
export const JOIN = `${NOW}${TAKE_PUMP}${KNOWN_SEQ}${TAIL}
if redis.call('EXISTS', KEYS[6]) == 1 then return {'erased'} end
local connection = ARGV[1]
local after = tonumber(ARGV[2])
local floor = tonumber(ARGV[6])
local seq = known_seq()
if not seq then
  if not floor then return {'unknown'} end
  seq = floor
  if floor > 0 then
    seq = floor + tonumber(ARGV[7])
    redis.call('SET', KEYS[2], seq, 'PX', ARGV[9])
  end
  if after and after >= floor and after < seq then after = seq end
end
if not after then
  if redis.call('HEXISTS', KEYS[3], connection) == 1 then return {'tip', seq} end
  after = seq
end
redis.call('HSET', KEYS[3], connection, math.min(after, seq))
redis.call('PEXPIRE', KEYS[3], ARGV[8])
take_pump(connection, ARGV[3], tonumber(ARGV[4]), now_ms())
if after > seq then
  redis.call('HSET', KEYS[3], connection, seq)
  return {'reset', seq}
end
return tail(connection, after, seq, tonumber(ARGV[5]))
`;

/**
 * Reports what a pump has posted and asks for what follows; at the tip the pump ends in the same step.
 * ARGV: connection, holder, delivered, lease ms, batch.
 * Returns {'more', after, frame, …}, {'tip', seq}, {'reset', seq} or {'lost'} (another pumps, or it is not live).
 */
export const ADVANCE = `${NOW}${TAKE_PUMP}${KNOWN_SEQ}${TAIL}
local connection, holder = ARGV[1], ARGV[2]
local pump = redis.call('HGET', KEYS[4], connection)
if not pump or string.match(pump, '|(.*)$') ~= holder then return {'lost'} end
if redis.call('HEXISTS', KEYS[3], connection) == 0 then
  redis.call('HDEL', KEYS[4], connection)
  return {'lost'}
end
local delivered = tonumber(ARGV[3])
redis.call('HSET', KEYS[3], connection, delivered)
local seq = known_seq() or delivered
if delivered < seq then take_pump(connection, holder, tonumber(ARGV[4]), now_ms()) end
return tail(connection, delivered, seq, tonumber(ARGV[5]))
`;

/** Ends every pump of a holder that does not know which it has. ARGV: holder. */
export const RELEASE = `
local held = redis.call('HGETALL', KEYS[4])
for i = 1, #held, 2 do
  if string.match(held[i + 1], '|(.*)$') == ARGV[1] then redis.call('HDEL', KEYS[4], held[i]) end
end
return 0
`;
