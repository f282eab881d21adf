import { openVectorIndex } from '../../../functions/ai/gateways/chroma.ts';
import { openApiKeys } from '../../../functions/auth/repositories/api-keys.ts';
import { openHttpClient } from '../../../shared/clients/http-client.ts';
import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import { apiKeyHint, hashSecret, newApiKey } from '../../../shared/security/api-key.ts';
import { openKnowledgeBase } from '../../support/knowledge-base.ts';
import type { BenchWorld } from './bench-world.ts';
import { timed } from './timed.ts';

/** A creator who was made beside the API, for counts that nobody would upload. */
export interface SeededCreator {
  /** An API key that may search. */
  readonly key: string;
  /** Publishes a document of just so many chunks. @throws Error when it has become another number */
  add(chunks: number): Promise<void>;
  close(): Promise<void>;
}

/** So many that no two sections fit into one chunk. */
const WORDS = 180;
const CHUNK_TOKENS = 1_000;
const DIMENSIONS = 768;

export async function seedCreator({ host }: BenchWorld): Promise<SeededCreator> {
  const urlFor = (service: 'auth' | 'ai') => serviceDatabaseUrl(host.endpoints.database_url, service);
  const database = { migrationUrl: host.endpoints.database_url, urlFor: urlFor as never, drop: async () => {} };
  const vectors = openVectorIndex({ url: host.endpoints.chroma_url, http: openHttpClient({ name: 'chroma' }) });
  const embed = async (texts: readonly string[]) => texts.map(someVector);
  const ollama = { embeddingModel: 'nomic-embed-text', embed };
  const knowledge = await openKnowledgeBase({ database, ollama, vectors });
  const { creatorId } = knowledge;
  const key = newApiKey();
  const authPool = openPool(urlFor('auth'), { maxConnections: 1 });
  await openTenantDatabase(authPool).withTenant(creatorId, (db) =>
    openApiKeys(db, creatorId).add({
      ...{ name: 'Bench', prefix: apiKeyHint(key), keyHash: hashSecret(key), expiresAt: undefined },
      permissions: ['answers:create'],
    }),
  );
  await authPool.end();
  let documents = 0;
  return {
    key,
    close: () => knowledge.close(),
    async add(chunks) {
      const documentId = await knowledge.add({ title: 'Manual', text: manualOf(chunks, documents) }, CHUNK_TOKENS);
      documents += 1;
      const [row] = await knowledge.database.readAsTenant(creatorId, (db) =>
        db.query('select count(*)::integer as count from chunks where creator_id = $1 and document_id = $2', [
          creatorId,
          documentId,
        ]),
      );
      if (row?.count !== chunks) throw new Error(`a document has ${row?.count} chunks and not ${chunks}`);
    },
  };
}

/** One search with each of the keys, one after the other. @returns milliseconds of each */
export async function searchAs(world: BenchWorld, keys: readonly string[]): Promise<number[]> {
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

/** One chunk for each section. */
function manualOf(chunks: number, document: number): string {
  const words = (n: number) => Array.from({ length: WORDS }, (_, at) => `part${(n * 31 + at * 17) % 997}`).join(' ');
  const section = (n: number) => `# Device ${n}\n\nDevice ${n} takes ${n} minutes: ${words(n)}.`;
  return Array.from({ length: chunks }, (_, n) => section(document * chunks + n)).join('\n\n');
}

/** Another one for each text, as far as its beginning tells them apart. */
function someVector(text: string): number[] {
  const next = (state: number) => (state * 16_807) % 2_147_483_647;
  let state = text.length + 1;
  for (const character of text.slice(0, 40)) state = next(state + character.charCodeAt(0));
  return Array.from({ length: DIMENSIONS }, () => {
    state = next(state);
    return state / 2_147_483_647 - 0.5;
  });
}
