import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { RedisClient } from '../../../shared/clients/redis.ts';
import { redisScript } from '../../../shared/clients/redis-script.ts';
import { creatorKey, platformKey } from '../../../shared/config/redis-keys.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import { requireRedis } from './redis-required.ts';
import { StoredConnection } from './visitor-json.ts';

/** An open socket, and whose it is. */
export interface Connection {
  readonly connectionId: string;
  readonly visitor: VisitorCredential;
  readonly sourceIp: string;
}

/** The places a connection takes: its visitor's and its address'. */
export type Place = { readonly of: 'visitor' | 'address'; readonly taken: readonly TakenPlace[] };

export interface TakenPlace {
  readonly connectionId: string;
  /** When it was taken, which is before the handshake is answered. */
  readonly atMs: number;
}

/** The sockets that are open, in Redis, so that any instance serves any visitor. */
export interface Connections {
  /**
   * Remembers the connection if both places are free; else tells which is not and by which connections.
   * @throws APIError DEPENDENCY_UNAVAILABLE when Redis is away
   */
  enter(connection: Connection): Promise<Place | undefined>;
  /** Whose socket it is, noting that it is alive. @throws APIError DEPENDENCY_UNAVAILABLE when Redis is away */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Forgets the connection; returns what it was. */
  remove(connectionId: string): Promise<Connection | undefined>;
  noteAlive(connectionId: string): Promise<void>;
  /** All that the visitor has open, whether or not anything was said on them. */
  ofVisitor(visitor: VisitorCredential): Promise<readonly string[]>;
  /** Connections from which nothing was heard since then. */
  silentSince(time: Date, limit: number): Promise<readonly string[]>;
  /**
   * Every open socket, some at a time and from another place each time, so that who stops half-way meets the others
   * another time. One that opens or closes meanwhile may be left out.
   */
  all(): AsyncIterable<readonly Connection[]>;
}

const PAGE = 200;

/** A socket lives two hours at most (API Gateway); a little longer for late frames. */
const KEPT_MS = 130 * 60_000;

/** KEYS: the place's connections by time. ARGV: connection, now, places, ms kept. Returns those who have it with their times, or nil. */
const TAKE_PLACE = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', tonumber(ARGV[2]) - tonumber(ARGV[4]))
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return false
`;

const INDEX = platformKey('socket', 'index');
const stateKey = (connectionId: string) => platformKey('socket', 'state', connectionId);
const visitorKey = ({ creatorId, visitorId }: VisitorCredential) =>
  creatorKey(creatorId, 'visitor', visitorId, 'sockets');
const addressKey = (ip: string) =>
  platformKey('socket', 'address', createHash('sha256').update(ip).digest('base64url').slice(0, 22));

/** Members and their scores, by turns. */
function readTaken(reply: readonly string[] | null): readonly TakenPlace[] | undefined {
  return reply?.flatMap((connectionId, place) =>
    place % 2 === 0 ? [{ connectionId, atMs: Number(reply[place + 1]) }] : [],
  );
}

function parseStored(text: string): z.output<typeof StoredConnection> | undefined {
  try {
    return StoredConnection.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export interface ConnectionLimits {
  readonly perVisitor: number;
  readonly perAddress: number;
}

/**
 * Open sockets, kept for 130 minutes after they were opened.
 *
 * @param limits how many a visitor, and an address, may have open at once
 * @throws what ioredis says, from the functions that do not name another error
 */
export function openConnections(redis: RedisClient, limits: ConnectionLimits): Connections {
  const takePlace = redisScript(redis, TAKE_PLACE);

  const forget = async ({ connectionId, visitor, sourceIp }: Connection) => {
    await Promise.all([
      redis.del(stateKey(connectionId)),
      redis.zrem(INDEX, connectionId),
      redis.zrem(visitorKey(visitor), connectionId),
      redis.zrem(addressKey(sourceIp), connectionId),
    ]);
  };
  const read = async (connectionId: string): Promise<Connection | undefined> => {
    const stored = await redis.get(stateKey(connectionId));
    if (stored === null) return undefined;
    const parsed = parseStored(stored);
    if (!parsed) {
      // As if Redis had lost it: one that cannot be read must not keep the others from being looked at.
      log.error('what is stored of a socket cannot be read', undefined, { connection_id: connectionId });
      return undefined;
    }
    const { sourceIp, ...visitor } = parsed;
    return { connectionId, sourceIp, visitor };
  };

  const enter = async (connection: Connection): Promise<Place | undefined> => {
    const { connectionId, visitor, sourceIp } = connection;
    const now = Date.now();
    const take = async (key: string, places: number) =>
      readTaken((await takePlace([key], [connectionId, now, places, KEPT_MS])) as string[] | null);
    const byVisitor = await take(visitorKey(visitor), limits.perVisitor);
    if (byVisitor) return { of: 'visitor', taken: byVisitor };
    const byAddress = await take(addressKey(sourceIp), limits.perAddress);
    if (byAddress) {
      await redis.zrem(visitorKey(visitor), connectionId);
      return { of: 'address', taken: byAddress };
    }
    await Promise.all([
      redis.set(stateKey(connectionId), JSON.stringify({ ...visitor, sourceIp }), 'PX', KEPT_MS),
      redis.zadd(INDEX, now, connectionId),
    ]);
    return undefined;
  };

  /** All ids first: what is removed between two steps would shift those behind it in some servers. */
  const ids = async (): Promise<string[]> => {
    const found = new Set<string>();
    for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
      const [next, members]: [string, string[]] = await redis.zscan(INDEX, cursor, 'COUNT', PAGE);
      // Members and their scores, by turns.
      for (const [place, member] of members.entries()) if (place % 2 === 0) found.add(member);
      cursor = next === '0' ? undefined : next;
    }
    return [...found];
  };
  async function* all(): AsyncGenerator<readonly Connection[]> {
    const known = await ids();
    const from = Math.floor(Math.random() * known.length);
    const waiting = [...known.slice(from), ...known.slice(0, from)];
    while (waiting.length > 0) {
      const found = await Promise.all(waiting.splice(0, PAGE).map(read));
      yield found.filter((connection) => connection !== undefined);
    }
  }

  return {
    all,
    enter: (connection) => requireRedis(enter(connection)),
    find: async (connectionId) => {
      const [found] = await requireRedis(
        Promise.all([read(connectionId), redis.zadd(INDEX, 'XX', Date.now(), connectionId)]),
      );
      return found;
    },
    remove: async (connectionId) => {
      const found = await read(connectionId);
      if (found) await forget(found);
      else await redis.zrem(INDEX, connectionId);
      return found;
    },
    noteAlive: async (connectionId) => {
      await redis.zadd(INDEX, 'XX', Date.now(), connectionId);
    },
    ofVisitor: (visitor) => redis.zrange(visitorKey(visitor), '0', '-1'),
    silentSince: (time, limit) => redis.zrangebyscore(INDEX, '-inf', time.getTime(), 'LIMIT', 0, limit),
  };
}
