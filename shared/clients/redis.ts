import { Cluster, type Command, Redis, ReplyError } from 'ioredis';
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
  watchForSilence(client);
  return client;
}

/** ioredis states in which a command has a chance; in the others it would only wait for its time limit. */
const USABLE: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect', 'ready']);

/** For so long nobody waits for a server that left a command unanswered; then one asks, and the others hear of it. */
const SILENCE_MS = 2_000;
const silentUntil = new WeakMap<RedisClient, number>();

/**
 * False while the server is known to be gone, or to hang: whoever can do without it need not wait. Of those who ask a server
 * that hung a moment ago one is told to try.
 */
export function mayAnswer(redis: RedisClient): boolean {
  if (!USABLE.has(redis.status)) return false;
  const until = silentUntil.get(redis);
  if (until === undefined) return true;
  if (Date.now() < until) return false;
  silentUntil.set(redis, Date.now() + SILENCE_MS);
  return true;
}

/** Each command tells whether the server answers: one that hangs looks like one that is well until its time limit. */
function watchForSilence(client: RedisClient): void {
  const send: Redis['sendCommand'] = client.sendCommand.bind(client);
  client.sendCommand = (command: Command, ...rest: unknown[]) => {
    command.promise.then(
      () => silentUntil.delete(client),
      (error: unknown) => {
        if (error instanceof ReplyError) silentUntil.delete(client);
        else if (isTimeout(error)) silentUntil.set(client, Date.now() + SILENCE_MS);
      },
    );
    return send(command, ...(rest as []));
  };
}

/** The client has no error of its own for it. */
const isTimeout = (error: unknown) => error instanceof Error && error.message === 'Command timed out';

/** What cannot be done without Redis. @throws RedisUnavailableError when it does not answer; its own refusals as they are */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ReplyError ? error : new RedisUnavailableError(error);
  }
}
