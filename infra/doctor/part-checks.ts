import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import pg from 'pg';
import * as z from 'zod';
import { READY_PATHS } from '../ready-paths.ts';
import { type Finding, fail, look, ok, warn } from './finding.ts';

const WITHIN_MS = 5_000;
const LARGEST_SKEW_MS = 5_000;
const ModelList = z.object({
  models: z.array(z.object({ name: z.string(), details: z.object({ family: z.string().optional() }).optional() })),
});

/** Reachable, its clock near ours, and every migration of this tree applied. */
export async function checkDatabase(url: string, migrationsFolder: string): Promise<Finding[]> {
  const limits = { connectionTimeoutMillis: WITHIN_MS, query_timeout: WITHIN_MS };
  const client = new pg.Client({ connectionString: url, ...limits });
  client.on('error', () => {}); // A lost connection also rejects the statement that was running.
  const reached = await look('postgres', 'start it, or mend UNDERSTUDY_DATABASE_URL', async () => {
    await client.connect();
    return ok('postgres', 'answers');
  });
  if (reached.state !== 'ok') return [reached];
  try {
    const clock = await look('clock', 'the database cannot tell the time', async () => {
      const { rows } = await client.query<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms');
      return judgeSkew(Number(rows[0]?.ms) - Date.now());
    });
    return [reached, clock, await checkMigrations(client, migrationsFolder)];
  } finally {
    // A database that hangs does not confirm the end either.
    await Promise.race([client.end(), wait(WITHIN_MS, undefined, { ref: false })]);
  }
}

/** Tokens and signed uploads are good for minutes, by the clock of whoever checks them. */
export function judgeSkew(skewMs: number): Finding {
  const line = `${(skewMs / 1_000).toFixed(1)} s apart`;
  if (Math.abs(skewMs) < LARGEST_SKEW_MS) return ok('clock', line);
  return fail('clock', `${line}: set this machine's clock by NTP, or tokens and uploads are refused`);
}

function checkMigrations(client: pg.Client, folder: string): Promise<Finding> {
  return look('migrations', 'run npm run migrate', async () => {
    const wanted = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    const missing = wanted.filter((name) => !applied.has(name));
    if (missing.length > 0) return fail('migrations', `${missing.join(', ')} not applied: run npm run migrate`);
    const more = applied.size - wanted.length;
    if (more > 0) return warn('migrations', `the database has ${more} more than this tree: it is the newer one`);
    return ok('migrations', `all ${wanted.length} applied`);
  });
}

export function checkRedis(url: string): Promise<Finding> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: WITHIN_MS, retryStrategy: () => null });
  let reason: Error | undefined;
  redis.on('error', (error) => {
    reason = error;
  });
  const see = async () => {
    // What `connect` is rejected with says only that the connection is closed.
    await redis.connect().catch((error: unknown) => Promise.reject(reason ?? error));
    return ok('redis', `answers ${await redis.ping()}`);
  };
  return look('redis', 'start it, or mend UNDERSTUDY_REDIS_URL', see, WITHIN_MS).finally(() => redis.disconnect());
}

export function checkChroma(url: string): Promise<Finding> {
  return look('chroma', 'start it, or mend UNDERSTUDY_CHROMA_URL', async () => {
    const answer = await fetch(`${url}/api/v2/heartbeat`, { signal: AbortSignal.timeout(WITHIN_MS) });
    if (!answer.ok) throw new Error(`${url} answers ${answer.status} to the API v2`);
    return ok('chroma', 'answers');
  });
}

export function checkModels(url: string, wanted: readonly string[]): Promise<Finding> {
  return look('models', 'start Ollama, or mend OLLAMA_HOST', async () => {
    const answer = await fetch(`${url}/api/tags`, { signal: AbortSignal.timeout(WITHIN_MS) });
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    const list = ModelList.parse(await answer.json());
    const names = list.models.map(({ name }) => name);
    const missing = wanted.filter((name) => !names.includes(name) && !names.includes(`${name}:latest`));
    if (missing.length === 0 && list.models.some(({ details }) => details?.family === 'understudy-offline')) {
      return ok('models', `the offline model, which has no weights, stands in for ${wanted.join(' and ')}`);
    }
    if (missing.length === 0) return ok('models', `${wanted.join(' and ')} are there`);
    return fail('models', missing.map((name) => `ollama pull ${name}`).join(' && '));
  });
}

/**
 * Counts what was given up in every dead-letter queue whose name begins with `prefix`. The local host's queues have no
 * prefix, and its emulator writes their names in lower case.
 */
export function checkDeadLetters(sqs: SQSClient, prefix = ''): Promise<Finding> {
  return look('dead letters', 'the queues cannot be asked', async () => {
    const { QueueUrls = [] } = await sqs.send(
      new ListQueuesCommand({ MaxResults: 1_000, ...(prefix && { QueueNamePrefix: prefix }) }),
    );
    const queues = QueueUrls.filter((url) => /deadletters/i.test(url));
    if (queues.length === 0)
      return fail('dead letters', `there is no dead-letter queue${prefix && ` of ${prefix}`}: deploy the stack`);
    const counts = await Promise.all(
      queues.map(async (QueueUrl) => {
        const AttributeNames = ['ApproximateNumberOfMessages' as const];
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      }),
    );
    const sum = counts.reduce((all, count) => all + count, 0);
    if (sum === 0) return ok('dead letters', `none in ${queues.length} queues`);
    const redrive = `npm run redrive${prefix && ` -- --aws --stack ${prefix.replace(/-$/, '')}`}`;
    return fail('dead letters', `${sum} messages were given up: docs/runbook.md#dead-letters, then ${redrive}`);
  });
}

/** Whether the API lives, and whether all that it stands on is up. */
export function checkReady(restUrl: string): Promise<Finding> {
  return look('ready', `see docs/runbook.md#rest-errors`, async () => {
    const down: string[] = [];
    for (const path of READY_PATHS) {
      const answer = await fetch(`${restUrl}${path}`, { signal: AbortSignal.timeout(20_000) });
      if (!answer.ok) down.push(`${path} ${answer.status} ${(await answer.text()).slice(0, 120)}`);
    }
    return down.length === 0 ? ok('ready', 'every service') : fail('ready', `${down.join('; ')} (docs/runbook.md)`);
  });
}
