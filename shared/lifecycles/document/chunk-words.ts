import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import { BUCKET, TABLE_SIZE } from './word-buckets.ts';

/** A place in a generation: what stands behind it belongs to the same rows of `chunk_words`. */
interface Generation {
  readonly creatorId: string;
  readonly documentId: string;
  readonly generation: number;
}

/** So many passages in a row share the rows of their words: a place fits into a byte. */
export const PASSAGES_AT_ONCE = 256;

/** The first of the passages that share the rows of their words with the one at `index`. */
export const startOfWords = (index: number) => index - (index % PASSAGES_AT_ONCE);

/** What a word counts in a passage is at least this; each step of the byte that stores it is 1.05 % more. */
export const LEAST_WEIGHT = 0.07;
/** Steps of the stored byte in which a weight becomes e times as large. */
export const WEIGHT_STEPS = 95.9;

/**
 * SQL: the stored weight of a word, as `ts_rank(…, 16)` has it: 1 + 1/4 + 1/9 … for its occurrences, divided by the binary
 * logarithm of how many different words the passage has. The array holds the logarithms of the former, `c.shorter` that of
 * the latter.
 */
const WEIGHT = `greatest(0, (array[0,21,30,34,37,39,40,41,42,43,43,44,44,44,45,45])[least(cardinality(w.positions), 16)]
  - c.shorter)`;

/** In bytes. A row must fit into an entry of its index, of at most 2,700: a part, and one more word in all passages. */
const PART_BYTES = 1_200;
const LONGEST_WORD = 255;

const STORE = `with found as materialized (
    select w.lexeme as word, set_byte('\\x00'::bytea, 0, (count(*) - 1)::integer) || string_agg(
      set_byte(set_byte('\\x0000'::bytea, 0, c.chunk_index - $4::integer), 1, ${WEIGHT}), ''::bytea) as places
    from (
      select chunk_index, search, round(
        ${WEIGHT_STEPS} * ln(ln(length(search)::float8 + 1) / ln(2.0::float8) * ${LEAST_WEIGHT}::float8)
      )::integer as shorter
      from chunks
      where creator_id = $1 and document_id = $2 and generation = $3
        and chunk_index >= $4::integer and chunk_index < $4::integer + ${PASSAGES_AT_ONCE} and length(search) > 0
        and not exists (select from chunk_words where creator_id = $1 and document_id = $2 and generation = $3
          and first_index = $4::integer)
      offset 0
    ) as c
    cross join lateral unnest(c.search) as w
    where octet_length(w.lexeme) <= ${LONGEST_WORD}
    group by w.lexeme
  ), sized as (
    select ${TABLE_SIZE} as size
    from found having count(*) > 0
  )
  insert into chunk_words (creator_id, document_id, generation, first_index, bucket, part, words, places)
  select $1, $2, $3, $4, bucket, part, string_agg(word, ' '), string_agg(places, ''::bytea)
  from (
    select word, places, bucket,
      sum(octet_length(word) + octet_length(places)) over (partition by bucket order by word) / ${PART_BYTES} as part
    from (select f.word, f.places, ${BUCKET} as bucket from found f cross join sized s) as spread
  ) as parted
  group by bucket, part`;

/**
 * Stores the words of the passages from `from` to below `to` that have none yet, for the full text search. Both are
 * multiples of `PASSAGES_AT_ONCE`, or `to` is the end. In a transaction that has made sure that the generation stays.
 */
export async function storeWords(
  db: Executor,
  { creatorId, documentId, generation }: Generation,
  from: number,
  to: number,
): Promise<void> {
  for (let first = from; first < to; first += PASSAGES_AT_ONCE) {
    await db.query(STORE, [creatorId, documentId, generation, first]);
  }
}

/** Before passages are stored once more at the same places: what was known of their words is void. */
export async function forgetWords(
  db: Executor,
  { creatorId, documentId, generation }: Generation,
  indexes: readonly number[],
): Promise<void> {
  const firsts = new Set(indexes.map(startOfWords));
  await db.query(
    `delete from chunk_words where creator_id = $1 and document_id = $2 and generation = $3 and first_index = any($4)`,
    [creatorId, documentId, generation, [...firsts]],
  );
}

/** A live generation whose words are not stored: published before they were, or by a program that did not store any. */
export interface WordlessDocument extends Generation {
  readonly chunkCount: number;
}

const Wordless = z.object({ id: z.uuid(), live_generation: z.number().int(), chunk_count: z.number().int() });

/** Any document that is searched passage by passage. Undefined when there is none. */
export async function findWordless(db: Executor, creatorId: string): Promise<WordlessDocument | undefined> {
  const [row] = await db.query(
    `select id, live_generation, chunk_count from documents
     where creator_id = $1 and live_generation is not null and words_generation is distinct from live_generation
       and deleted_at is null order by id limit 1`,
    [creatorId],
  );
  if (row === undefined) return undefined;
  const { id, live_generation, chunk_count } = Wordless.parse(row);
  return { creatorId, documentId: id, generation: live_generation, chunkCount: chunk_count };
}

/** Whether the generation is live and will be until the transaction ends. */
export async function holdLive(db: Executor, { creatorId, documentId, generation }: Generation): Promise<boolean> {
  const rows = await db.query(
    `select id from documents where creator_id = $1 and id = $2 and live_generation = $3 and deleted_at is null for update`,
    [creatorId, documentId, generation],
  );
  return rows.length > 0;
}

/** Removes what is stored of a generation's words, of which nobody knows whether it is of these passages. */
export async function clearWords(db: Executor, { creatorId, documentId, generation }: Generation): Promise<void> {
  await db.query('delete from chunk_words where creator_id = $1 and document_id = $2 and generation = $3', [
    creatorId,
    documentId,
    generation,
  ]);
}

/** All words of a live generation are stored: from now on they are searched instead of the passages. */
export async function trustWords(db: Executor, { creatorId, documentId, generation }: Generation): Promise<void> {
  await db.query(
    `update documents set words_generation = $3 where creator_id = $1 and id = $2 and live_generation = $3`,
    [creatorId, documentId, generation],
  );
}
