import { openVectorIndex } from '../../../functions/ai/gateways/chroma.ts';
import { openApiKeys } from '../../../functions/auth/repositories/api-keys.ts';
import { openHttpClient } from '../../../shared/clients/http-client.ts';
import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import { apiKeyHint, hashSecret, newApiKey } from '../../../shared/security/api-key.ts';
import { pidOf } from '../../support/host-parts.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../support/knowledge-base.ts';
import type { BenchRow } from '../bench-row.ts';
import { quantile } from '../figure.ts';
import { BenchVisitor } from '../world/bench-visitor.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { memoryKb } from '../world/process-memory.ts';
import { timed } from '../world/timed.ts';

const CREATORS = 30;
const CREATORS_IN_FULL = 1_000;
const CHUNKS = 50;
/** So many that no two sections fit into one chunk. */
const WORDS = 180;
const SEARCHES = 60;
const TURNS = 12;
const DIMENSIONS = 768;

/** Searches and turns with one creator and with many of 50 chunks each, and what the index then holds in memory. */
export const growth: BenchRow = {
  ids: ['C9'],
  measure: async (bench) => {
    const world = await bench.world();
    const creators = bench.full ? CREATORS_IN_FULL : CREATORS;
    const first = await newCreators(world, 1);
    await measure(world, first); // Warm code and connections.
    const alone = await measure(world, first);
    const all = [...first, ...(await newCreators(world, creators - 1))];
    await searchAs(world, all); // Each collection is opened once.
    const among = await measure(world, all);
    const memoryMb = memoryKb(pidOf(world.host, 'chroma')) / 1_024;
    const beside = (one: number, many: number) =>
      `${one.toFixed(0)} ms with one, ${many.toFixed(0)} ms with ${creators}`;
    return [
      {
        ...{ id: 'C9', name: 'p95 of search, many creators ÷ one', reached: among.searchMs / alone.searchMs },
        ...{ atMost: 1.5, note: beside(alone.searchMs, among.searchMs) },
      },
      {
        ...{ id: 'C9', name: 'p95 of a turn, many creators ÷ one', reached: among.turnMs / alone.turnMs },
        ...{ atMost: 1.5, note: beside(alone.turnMs, among.turnMs) },
      },
      {
        ...{ id: 'C9', name: 'memory of Chroma', reached: memoryMb, atMost: 500, unit: 'MB' },
        note: `${creators} creators of ${CHUNKS} chunks, each collection opened`,
      },
    ];
  },
};

/** Creators with material of 50 chunks, made beside the API. @returns an API key of each */
async function newCreators({ host }: BenchWorld, count: number): Promise<string[]> {
  const urlFor = (service: 'auth' | 'ai') => serviceDatabaseUrl(host.endpoints.database_url, service);
  const database = { migrationUrl: host.endpoints.database_url, urlFor: urlFor as never, drop: async () => {} };
  const vectors = openVectorIndex({ url: host.endpoints.chroma_url, http: openHttpClient({ name: 'chroma' }) });
  const ollama = {
    embeddingModel: 'nomic-embed-text',
    embed: async (texts: readonly string[]) => texts.map(someVector),
  };
  const authPool = openPool(urlFor('auth'), { maxConnections: 1 });
  const keys: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const knowledge = await openKnowledgeBase({ database, ollama, vectors });
    await knowledge.add({ title: 'Manual', text: manualOfChunks() });
    await demandChunks(knowledge);
    await knowledge.close();
    const key = newApiKey();
    await openTenantDatabase(authPool).withTenant(knowledge.creatorId, (db) =>
      openApiKeys(db, knowledge.creatorId).add({
        ...{ name: 'Bench', prefix: apiKeyHint(key), keyHash: hashSecret(key), expiresAt: undefined },
        permissions: ['answers:create'],
      }),
    );
    keys.push(key);
  }
  await authPool.end();
  return keys;
}

async function measure(world: BenchWorld, keys: readonly string[]): Promise<{ searchMs: number; turnMs: number }> {
  const spread = Array.from({ length: SEARCHES }, (_, n) => keys[(n * 7) % keys.length] ?? '');
  const searches = await searchAs(world, spread);
  const visitor = await BenchVisitor.open(world.client, world.widgetId);
  const turns: number[] = [];
  for (let n = 0; n < TURNS; n += 1) turns.push((await visitor.ask(world.question())).totalMs);
  visitor.close();
  return { searchMs: quantile(searches, 0.95), turnMs: quantile(turns, 0.95) };
}

async function searchAs(world: BenchWorld, keys: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const token of keys) {
    const took = await timed(async () => {
      const answer = await world.client.rest('POST', '/v1/ai/search', { token, body: { query: world.question() } });
      if (answer.status !== 200 || answer.body.results.length === 0)
        throw new Error(`a search answered ${answer.status}`);
    });
    times.push(took);
  }
  return times;
}

/** Below the count at which the index is written to its file, a collection takes a tenth of the memory. */
async function demandChunks({ creatorId, database }: KnowledgeBase): Promise<void> {
  const [row] = await database.withTenant(creatorId, (db) =>
    db.query('select count(*)::integer as count from chunks where creator_id = $1', [creatorId]),
  );
  if (row?.count !== CHUNKS) throw new Error(`a creator has ${row?.count} chunks and not ${CHUNKS}`);
}

/** One chunk for each section. */
function manualOfChunks(): string {
  const words = (n: number) => Array.from({ length: WORDS }, (_, at) => `part${(n * 31 + at * 17) % 997}`).join(' ');
  return Array.from({ length: CHUNKS }, (_, n) => `# Device ${n}\n\nDevice ${n} takes ${n} minutes: ${words(n)}.`).join(
    '\n\n',
  );
}

function someVector(text: string): number[] {
  let state = text.length + 1;
  return Array.from({ length: DIMENSIONS }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  });
}
