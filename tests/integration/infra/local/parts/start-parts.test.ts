import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning, type ProcessIdentity } from '../../../../../infra/local/parts/process-identity.ts';
import { type Parts, type PartsEnv, startParts } from '../../../../../infra/local/parts/start-parts.ts';
import { openPartBench, until } from './part-bench.ts';

const bench = openPartBench();
let parts: Parts;

const start = (env: PartsEnv = {}, dataFolder = bench.dataFolder) =>
  startParts({
    dataFolder,
    env,
    useMachineOllama: false,
    embeddingModel: 'nomic-embed-text',
    chatModel: 'llama2:7b-chat',
    onProgress: () => {},
  });
const children = (): Record<string, ProcessIdentity> =>
  (
    JSON.parse(readFileSync(join(bench.dataFolder, 'parts.json'), 'utf8')) as {
      children: Record<string, ProcessIdentity>;
    }
  ).children;

beforeAll(async () => {
  parts = await start();
});
afterAll(async () => {
  await parts.stop();
  bench.remove();
});

async function redisAnswers(): Promise<boolean> {
  const redis = new Redis(parts.redisUrl, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const script = 'return redis.call("incr", KEYS[1])';
    return (await redis.eval(script, 1, 'creator:{x}:n')) === 1;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function chromaCount(): Promise<number | undefined> {
  const { hostname: host, port } = new URL(parts.chromaUrl);
  const chroma = new ChromaClient({ host, port: Number(port), ssl: false });
  const collection = await chroma.getOrCreateCollection({ name: 'creator_x_knowledge', embeddingFunction: null });
  await collection.upsert({ ids: ['a'], embeddings: [[1, 0, 0]], metadatas: [{ creator_id: 'x' }] });
  return collection.count();
}

describe('the parts', () => {
  it('all answer, each a process of its own that listens on loopback', async () => {
    const models = await fetch(`${parts.ollamaUrl}/api/tags`);

    expect(await redisAnswers()).toBe(true);
    expect(await chromaCount()).toBe(1);
    expect(models.status).toBe(200);
    expect(parts.ollamaIsOffline).toBe(true);
    expect(Object.keys(children()).sort()).toEqual(['chroma', 'offline-model', 'postgres', 'redis']);
  });

  it('are not started twice on one data folder', async () => {
    await expect(start()).rejects.toThrow(/is in use by process \d+/);
    expect(await fetch(`${parts.chromaUrl}/api/v2/heartbeat`)).toHaveProperty('status', 200);
  });

  it.each(['redis', 'chroma', 'offline-model'])('%s comes back by itself when it is killed', async (part) => {
    const before = children()[part];
    expect(before).toBeDefined();

    process.kill(before?.pid ?? 0, 'SIGKILL');

    await until(`${part} has a new process`, () => {
      const now = children()[part];
      return now !== undefined && now.pid !== before?.pid ? true : undefined;
    });
    await until('all answer', async () => ((await redisAnswersAgain()) && (await chromaAnswers()) ? true : undefined));
  });

  it('say in one line which own part does not answer, and leave nothing running', async () => {
    const other = openPartBench();

    const failure = start({ UNDERSTUDY_REDIS_URL: 'redis://127.0.0.1:9' }, other.dataFolder);

    await expect(failure).rejects.toThrow(/^Redis at UNDERSTUDY_REDIS_URL does not answer: /);
    const left = JSON.parse(readFileSync(join(other.dataFolder, 'parts.json'), 'utf8')) as { children: object };
    expect(left.children).toEqual({});
    other.remove();
  });

  it('take over one’s own parts without ending them', async () => {
    const other = openPartBench();
    const env = {
      UNDERSTUDY_DATABASE_URL: parts.migrationDatabaseUrl,
      UNDERSTUDY_REDIS_URL: parts.redisUrl,
      UNDERSTUDY_CHROMA_URL: parts.chromaUrl,
      OLLAMA_HOST: new URL(parts.ollamaUrl).host,
    };

    const borrowed = await start(env, other.dataFolder);
    await borrowed.stop();
    other.remove();

    expect(borrowed.owned).toEqual({ database: false, redis: false, chroma: false, ollama: false });
    expect(borrowed).toMatchObject({ chromaUrl: parts.chromaUrl, ollamaUrl: parts.ollamaUrl, ollamaIsOffline: false });
    expect(await chromaAnswers()).toBe(true);
  });
});

describe('a host that is killed', () => {
  it('leaves nothing that the next start cannot clean up, and loses nothing that was acknowledged', async () => {
    const folder = openPartBench();
    const program = fileURLToPath(new URL('hold-parts.ts', import.meta.url));
    const host = spawn(process.execPath, [program, folder.dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) => host.stdout.once('data', (data) => resolve(String(data))));
    const { database } = JSON.parse(line) as { database: string };
    const client = new pg.Client({ connectionString: database });
    client.on('error', () => {});
    await client.connect();
    await client.query('create table acknowledged as select 7 as n');
    const recorded = JSON.parse(readFileSync(join(folder.dataFolder, 'parts.json'), 'utf8')) as {
      children: Record<string, ProcessIdentity>;
    };

    host.kill('SIGKILL');
    if (process.platform === 'linux') {
      await until('all have ended by themselves', () => !Object.values(recorded.children).some(isRunning) || undefined);
    }
    const again = await start({}, folder.dataFolder);

    expect(Object.values(recorded.children).filter(isRunning)).toEqual([]);
    const check = new pg.Client({ connectionString: again.migrationDatabaseUrl });
    await check.connect();
    expect((await check.query('select n from acknowledged')).rows).toEqual([{ n: 7 }]);
    await check.end();
    await again.stop();
    folder.remove();
  });
});

const chromaAnswers = () =>
  fetch(`${parts.chromaUrl}/api/v2/heartbeat`).then(
    ({ ok }) => ok,
    () => false,
  );

async function redisAnswersAgain(): Promise<boolean> {
  const redis = new Redis(parts.redisUrl, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  const pong = await redis.connect().then(
    () => redis.ping(),
    () => '',
  );
  redis.disconnect();
  return pong === 'PONG';
}
