import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PartContext } from '../../../infra/local/parts/part.ts';
import { openPartRegistry } from '../../../infra/local/parts/part-registry.ts';
import { startPostgres } from '../../../infra/local/parts/postgres.ts';
import { startRedis } from '../../../infra/local/parts/redis.ts';
import { readSecrets } from '../../../infra/local/parts/secrets.ts';
import type { WiresWanted } from './delayed-wires-worker.ts';

export interface DelayedParts {
  /** What makes a host use them. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Postgres and Redis outside of the host, behind wires that hold each request up. On loopback a round trip takes a
 * tenth of a millisecond, so that one too many would stay unseen.
 */
export async function startDelayedParts(dataFolder: string, delayMs: number): Promise<DelayedParts> {
  const registry = await openPartRegistry(dataFolder);
  const context: PartContext = { dataFolder, registry, secrets: readSecrets(dataFolder), onProgress: () => {} };
  const [database, redis] = await Promise.all([startPostgres(context, undefined), startRedis(context, undefined)]);
  const urls = [new URL(database.url), new URL(redis.url)] as const;
  const wanted: WiresWanted = { serverPorts: urls.map((url) => Number(url.port)), delayMs };
  const wires = new Worker(new URL('./delayed-wires-worker.ts', import.meta.url), { workerData: wanted });
  const [ports] = (await once(wires, 'message')) as [number[]];
  const [databaseUrl, redisUrl] = urls.map((url, place) => {
    url.port = String(ports[place]);
    return url.href;
  });
  return {
    env: { UNDERSTUDY_DATABASE_URL: databaseUrl ?? '', UNDERSTUDY_REDIS_URL: redisUrl ?? '' },
    async stop() {
      await wires.terminate();
      await Promise.all([database.stop(), redis.stop()]);
      registry.release();
    },
  };
}
