import { Cluster, Redis } from 'ioredis';
import { log } from '../observability/logger.ts';

export type RedisClient = Redis | Cluster;

/**
 * A client that fails within a fraction of a second when the server is gone, instead of queueing for ever.
 * `rediss+cluster://` addresses ElastiCache Serverless (always a cluster, with TLS); `redis://` a single server.
 */
export function openRedis(address: string): RedisClient {
  const options = { commandTimeout: 1_000, connectTimeout: 1_000, maxRetriesPerRequest: 1, enableOfflineQueue: true };
  const url = new URL(address);
  const client = url.protocol.endsWith('+cluster:')
    ? new Cluster([{ host: url.hostname, port: Number(url.port || 6379) }], {
        dnsLookup: (host, callback) => callback(null, host),
        redisOptions: { ...options, tls: url.protocol.startsWith('rediss') ? {} : undefined },
      })
    : new Redis(address, { ...options, retryStrategy: (attempt) => Math.min(attempt * 100, 1_000) });
  client.on('error', (error: Error) => log.debug('redis connection', { reason: error.message }));
  return client;
}
