import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { storeMissingWords } from '../../../../functions/ai/use-cases/reconcile/store-missing-words.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { storeWords } from '../../../../shared/lifecycles/document/chunk-words.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { randomFrom } from '../../../support/model/random.ts';
import { searchByWords } from '../../../support/search-by-words.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const DOCUMENTS = 6;
const CHUNKS = 300;
const WORDS = 60;
/** Of several scripts, with beginnings that many share, and short ones. */
const VOCABULARY = [
  ...'kiln kilns kilnwork kilt glaze glazes glazing clay clayey fire fired firing firewood tv tvs 42 420 4200 a x7'.split(
    ' ',
  ),
  ...'Öfen Ofen Reparatur Reparaturen Kurs Kurse Kursgebühr coûter coûtent réparation niño niña años'.split(' '),
  ...'陶芸 陶芸教室 教室 窯元 печь печи обжиг φούρνος تنور เตาเผา 가마 가마터'.split(' '),
  ...Array.from(
    { length: 400 },
    (_, n) => `${'bcdfghjklm'[n % 10]}${'aeiou'[n % 5]}${'rstvz'[n % 3]}${n.toString(36)}en`,
  ),
];

let database: TestDatabase;
let own: KnowledgeBase;
let other: KnowledgeBase;

const ollama = { embeddingModel: 'none', embed: async (texts: readonly string[]) => texts.map(() => [1]) };
const vectors = { ensureCollection: async () => randomUUID(), upsert: async () => {} };

/** Common words and rare ones, as in any text: the word at place n of the list is n times as rare as the first. */
function someText(random: () => number): string {
  const word = () => VOCABULARY[Math.floor(VOCABULARY.length ** random()) - 1] ?? '';
  return `${Array.from({ length: 5 + Math.floor(random() * WORDS) }, word).join(' ')}.`;
}

/** Passages in bulk: what a planner decides on a hundred rows says nothing. */
async function fill({ creatorId, database: tenant, add }: KnowledgeBase, seed: number): Promise<void> {
  const random = randomFrom(seed);
  for (let n = 0; n < DOCUMENTS; n += 1) {
    const documentId = await add({ title: 'Bulk', text: someText(random) });
    const texts = Array.from({ length: CHUNKS - 1 }, () => someText(random));
    await tenant.withTenant(creatorId, async (db) => {
      await db.query('delete from chunk_words where creator_id = $1 and document_id = $2', [creatorId, documentId]);
      await db.query(
        `insert into chunks (creator_id, id, document_id, generation, chunk_index, text, token_count)
         select $1, gen_random_uuid(), $2, 1, place, text, 9 from unnest($3::text[]) with ordinality as t (text, place)`,
        [creatorId, documentId, texts],
      );
      await storeWords(db, { creatorId, documentId, generation: 1 }, 0, CHUNKS);
      await db.query('update documents set chunk_count = $3 where creator_id = $1 and id = $2', [
        creatorId,
        documentId,
        CHUNKS,
      ]);
    });
  }
}

beforeAll(async () => {
  database = await testDatabase();
  own = await openKnowledgeBase({ database, ollama, vectors });
  other = await openKnowledgeBase({ database, ollama, vectors });
  await fill(own, 1);
  await fill(other, 2);
  const owner = openPool(database.migrationUrl);
  await owner.query('analyze chunks');
  await owner.query('analyze chunk_words');
  await owner.end();
}, 120_000);

afterAll(async () => {
  await own?.close();
  await other?.close();
  await database?.drop();
});

/** What comparing all passages finds, without any index: id and rank, best first. */
async function compareAll(words: readonly string[]): Promise<Map<string, number>> {
  const query = words.map((word) => `'${word}':*`).join(' | ');
  const rows = await own.database.readAsTenant(own.creatorId, (db) =>
    db.query(
      `select id, ts_rank(search, to_tsquery('simple', $2), 16) as rank from chunks
       where creator_id = $1 and search @@ to_tsquery('simple', $2)`,
      [own.creatorId, query],
    ),
  );
  return new Map(rows.map((row) => [String(row.id), Number(row.rank)]));
}

const LIMIT = 20;

describe('the full text search', () => {
  test.each([
    ['a word in most passages', ['kiln']],
    ['a rare word', [VOCABULARY.at(-2) ?? '']],
    ['a beginning of many words', ['bar']],
    ['a common word and a rare one', ['glaz', VOCABULARY.at(-7) ?? '']],
    ['words of several languages', ['öfen', 'reparatur', 'kurs', 'coût', 'niñ']],
    ['scripts without spaces', ['陶芸', '가마', 'เตา']],
    ['Cyrillic, Greek and Arabic', ['печ', 'φούρ', 'تنور']],
    ['twelve words', ['kiln', 'clay', 'fire', 'kurs', 'ofen', 'obž', 'обж', '教室', 'bar1', 'cet', 'dis', 'foven']],
  ])('finds what comparing all passages finds, as good ones: %s', async (_, words) => {
    const all = await compareAll(words);

    const found = await searchByWords(own.database, own.creatorId, words, LIMIT);

    const ranks = [...all.values()].sort((a, b) => b - a).slice(0, LIMIT);
    expect(ranks.length).toBeGreaterThan(0);
    expect(found.length).toBe(ranks.length);
    // A word's weight is stored within one per cent, so that passages that are as good may change places.
    for (const [place, { chunkId }] of found.entries()) {
      expect(all.get(chunkId) ?? 0).toBeGreaterThanOrEqual((ranks[place] ?? 0) * 0.985);
    }
  });

  test('looks up what is too short to begin a word as a word of its own', async () => {
    const found = await searchByWords(own.database, own.creatorId, ['tv', '42'], LIMIT);

    expect(found.length).toBe(LIMIT);
    for (const { text } of found) expect(text).toMatch(/(?:^| )(?:tv|42)[ .]/);
  });

  test('finds no word that nobody wrote, whatever else its bucket holds', async () => {
    expect(await searchByWords(own.database, own.creatorId, ['kilnx', 'zzz', '窯窯'], LIMIT)).toEqual([]);
  });

  test('reads the buckets of its words by an index, as the role of the Lambda, and nothing else', async () => {
    const plans: string[] = [];
    const explain = (db: Executor): Executor => ({
      query: async (sql, values) => {
        // Both at once: a read is one pipeline.
        const explained = db.query(`explain (analyze, costs off, timing off) ${sql}`, values);
        const [plan, found] = await Promise.all([explained, db.query(sql, values)]);
        plans.push(plan.map((row) => String(row['QUERY PLAN'])).join('\n'));
        return found;
      },
    });
    const { creatorId } = own;

    await own.database.readAsTenant(creatorId, (db) =>
      passagesTable(explain(db), creatorId).search(['kiln', 'bar1'], 10),
    );

    const plan = plans.find((text) => text.includes('chunk_words')) ?? '';
    expect(plan).toMatch(/Index Cond: \(\(creator_id = [^)]*\) AND \(bucket = b\.bucket/);
    expect(plans.join('\n')).not.toMatch(/Seq Scan on chunk/);
    // `@@` is not leakproof, so under a policy passages are compared one by one: here none is.
    for (const text of plans) expect(text).not.toMatch(/on chunks c \(actual rows=(?!0)/);
  });

  test('never tells of another creator’s words, nor of any where no creator is set', async () => {
    const places = await own.database.readAsTenant(own.creatorId, (db) =>
      db.query('select count(*)::integer as count from chunk_words where creator_id = $1', [other.creatorId]),
    );
    const pool = openPool(database.urlFor('ai'));
    const without = await pool.query('select count(*)::integer as count from chunk_words');
    await pool.end();

    expect(places).toEqual([{ count: 0 }]);
    expect(without.rows).toEqual([{ count: 0 }]);
  });
});

describe('documents that were published without their words', () => {
  test('are searched passage by passage, and like the others once the words are stored', async () => {
    const documentId = await own.add({ title: 'Old', text: 'The samovar stands beside the kiln.' });
    const forget = (db: Executor) =>
      db.query('update documents set words_generation = null where creator_id = $1 and id = $2', [
        own.creatorId,
        documentId,
      ]);
    await own.database.withTenant(own.creatorId, forget);

    const before = await searchByWords(own.database, own.creatorId, ['samovar'], LIMIT);
    await storeMissingWords(own.database, own.creatorId, () => true);
    const after = await searchByWords(own.database, own.creatorId, ['samovar'], LIMIT);

    expect(before.filter((passage) => passage.documentId === documentId).length).toBe(1);
    expect(after.filter((passage) => passage.documentId === documentId).length).toBe(1);
    const [row] = await own.database.readAsTenant(own.creatorId, (db) =>
      db.query('select words_generation from documents where creator_id = $1 and id = $2', [own.creatorId, documentId]),
    );
    expect(row).toEqual({ words_generation: 1 });
  });

  test('wait for the next comparison when its time is over', async () => {
    let looks = 0;

    await storeMissingWords(own.database, own.creatorId, () => {
      looks += 1;
      return false;
    });

    expect(looks).toBe(1);
  });
});
