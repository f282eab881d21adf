import { afterAll, beforeAll, beforeEach } from 'vitest';
import { handleIngestMessage } from '../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { type IngestWorld, openIngestWorld } from './ingest-world.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

export interface UsedIngest {
  readonly handle: (body: string) => Promise<void>;
  /** What the ingest is told about a document. */
  readonly message: (kind: 'process' | 'collect', documentId: string) => string;
}

/** Of several passages. */
export const LONG_TEXT = Array.from(
  { length: 900 },
  (_, n) => `Sentence number ${n} tells a little more about bread.`,
).join(' ');

/** A world for the tests of one file, given to `prepare` before they begin. */
export function useIngest(prepare: (world: IngestWorld) => void | Promise<void>): UsedIngest {
  let database: TestDatabase;
  let world: IngestWorld;
  beforeAll(async () => {
    database = await testDatabase();
    world = await openIngestWorld(database);
    await prepare(world);
  });
  afterAll(async () => {
    await world.close();
    await database.drop();
  });
  beforeEach(() => {
    world.interrupt = () => {};
    world.embedded = [];
  });
  return {
    handle: (body) => handleIngestMessage(world.tools, body),
    message: (kind, documentId) =>
      JSON.stringify({ kind: `document.${kind}`, creator_id: world.creatorId, document_id: documentId }),
  };
}
