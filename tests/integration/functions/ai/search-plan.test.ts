import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const CHUNKS = 4_000;

let database: TestDatabase;
let own: KnowledgeBase;
let other: KnowledgeBase;

const ollama = { embeddingModel: 'none', embed: async (texts: readonly string[]) => texts.map(() => [1]) };
const vectors = { ensureCollection: async () => randomUUID(), upsert: async () => {} };

/** Chunks in bulk: what a planner decides on a hundred rows says nothing. */
async function fill({ creatorId, database: tenant, add }: KnowledgeBase, count: number): Promise<void> {
  const documentId = await add({ title: 'Bulk', text: 'The first chunk of many.' });
  await tenant.withTenant(creatorId, (db) =>
    db.query(
      `insert into chunks (creator_id, id, document_id, generation, chunk_index, text, token_count)
       select $1, gen_random_uuid(), $2, 1, n, 'Paragraph ' || n || ' tells of kiln' || n % 500 || ' and glaze' || n % 977, 9
       from generate_series(1, $3::integer) n`,
      [creatorId, documentId, count],
    ),
  );
}

beforeAll(async () => {
  database = await testDatabase();
  own = await openKnowledgeBase({ database, ollama, vectors });
  other = await openKnowledgeBase({ database, ollama, vectors });
  await fill(own, CHUNKS);
  await fill(other, CHUNKS);
  const owner = openPool(database.migrationUrl);
  await owner.query('analyze chunks');
  await owner.end();
});

afterAll(async () => {
  await own?.close();
  await other?.close();
  await database?.drop();
});

test('the full text search reads the chunks of one creator by an index, as the role of the Lambda, and no other’s', async () => {
  const plans: string[] = [];
  const rows = await own.database.readAsTenant(own.creatorId, async (db) => {
    const explaining: Executor = {
      query: async (sql, values) => {
        // Both at once: a read is one pipeline.
        const explained = db.query(`explain (analyze, costs off, timing off) ${sql}`, values);
        const [plan, found] = await Promise.all([explained, db.query(sql, values)]);
        plans.push(plan.map((row) => String(row['QUERY PLAN'])).join('\n'));
        return found;
      },
    };
    return passagesTable(explaining, own.creatorId).search(['kiln42', 'glaze42'], 10);
  });

  expect(rows.length).toBe(10);
  // `@@` is not leakproof, so under a policy the words are compared only after the index has given the creator's chunks.
  expect(plans[0]).not.toMatch(/Seq Scan on chunks/);
  expect(plans[0]).toMatch(/Index Cond: \(creator_id = /);
  const removed = [...(plans[0] ?? '').matchAll(/Rows Removed by (?:Index Recheck|Filter): (\d+)/g)];
  expect(removed.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBeLessThanOrEqual(CHUNKS + 1);
});
