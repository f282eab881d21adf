import { Cluster, Redis, ReplyError } from 'ioredis';
import { RedisUnavailableError } from '../errors/redis-unavailable-error.ts';
import { log } from '../observability/logger.ts';

/** One server or a cluster: keys of one script or pipeline must share a hash tag. */
export type RedisClient = Redis | Cluster;

export interface RedisOptions {
  /** How long a connection, and each command, may take. */
  readonly timeoutMs?: number;
}

/**
 * A client that fails within a second when the server is gone, instead of queueing for ever.
 * `rediss+cluster://` addresses ElastiCache Serverless (always a cluster, with TLS); `redis://` a single server.
 */
export function openRedis(address: string, { timeoutMs = 1_000 }: RedisOptions = {}): RedisClient {
  const timeouts = { commandTimeout: timeoutMs, connectTimeout: timeoutMs };
  const options = { ...timeouts, maxRetriesPerRequest: 1, enableOfflineQueue: true };
  const url = new URL(address);
  const client = url.protocol.endsWith('+cluster:')
    ? new Cluster([{ host: url.hostname, port: Number(url.port || 6379) }], {
        dnsLookup: (host, callback) => callback(null, host),
        redisOptions: {
          ...options,
          ...(url.username && { username: decodeURIComponent(url.username) }),
          ...(url.password && { password: decodeURIComponent(url.password) }),
          tls: url.protocol.startsWith('rediss') ? {} : undefined,
        },
      })
    : new Redis(address, { ...options, retryStrategy: (attempt) => Math.min(attempt * 100, 1_000) });
  client.on('error', (error: Error) => log.debug('redis connection', { reason: error.message }));
  return client;
}

/** ioredis states in which a command has a chance; in the others it would only wait for its time limit. */
const USABLE: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect', 'ready']);

/** False while the server is known to be gone: whoever can do without it need not wait. */
export function mayAnswer(redis: RedisClient): boolean {
  return USABLE.has(redis.status);
}

/** What cannot be done without Redis. @throws RedisUnavailableError when it does not answer; its own refusals as they are */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ReplyError ? error : new RedisUnavailableError(error);
  }
}
