import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';
import { bucketsOf, shortestBeginning } from '../../../shared/lifecycles/document/word-buckets.ts';

/** Up to `PASSAGES_AT_ONCE` passages in a row of a live generation, some of which hold a word that was looked for. */
export interface WordPlaces {
  /** The id of its document, the generation and the index of its first passage, parted by spaces. */
  readonly run: string;
  /** Two bytes for each word and passage: the place behind the run's first passage, and how much the word counts there. */
  readonly pairs: Uint8Array;
}

/** Up to so many live passages are compared one by one: that takes one round trip, and hardly longer. */
const FEW = 200;

/** SQL: whether the creator $1 has few passages. Every live document has one at least. */
export const HAS_FEW = `select coalesce(sum(f.chunk_count), 0) <= ${FEW} from (
    select e.chunk_count from documents e
    where e.creator_id = $1 and e.live_generation is not null and e.deleted_at is null limit ${FEW} + 1
  ) as f`;

const Row = z.object({ term: z.coerce.number().int(), runs: z.string() });

/**
 * Where words that begin with each of `beginnings` stand in live passages; a beginning that is too short for a bucket
 * of its own is looked up as a whole word. Empty where a creator has few passages. One list for each beginning, a run at
 * most once in each.
 *
 * The planner does not know how few rows a bucket has: with a join of `documents` it walked through all buckets once for
 * each document, and with `bucket = any (…)` through all rows of the creator. So one is a filter here, the other a loop.
 * `strpos` only spares the way here: what else a bucket holds is left out below, without a string for each word.
 */
export async function readWordPlaces(
  db: Executor,
  creatorId: string,
  beginnings: readonly string[],
): Promise<WordPlaces[][]> {
  const rows = await db.query(
    `select t.term, w.runs
     from unnest($2::text[], $3::text[]) with ordinality as t (beginning, buckets, term)
     cross join lateral (
       select string_agg(c.document_id || ' ' || c.generation || ' ' || c.first_index || chr(9)
           || encode(c.places, 'hex') || chr(9) || c.words, chr(10))
         filter (where (c.document_id, c.generation) in (
           select d.id, d.live_generation from documents d
           where d.creator_id = $1 and d.words_generation = d.live_generation and d.deleted_at is null
         )) as runs
       from unnest(t.buckets::smallint[]) as b (bucket)
       cross join lateral (
         select s.document_id, s.generation, s.first_index, s.places, s.words from chunk_words s
         where s.creator_id = $1 and s.bucket = b.bucket and strpos(s.words, t.beginning) > 0
         offset 0
       ) as c
     ) as w
     where w.runs is not null and not (${HAS_FEW})`,
    [creatorId, beginnings, beginnings.map((beginning) => `{${bucketsOf(beginning)}}`)],
  );
  const found: WordPlaces[][] = beginnings.map(() => []);
  for (const row of rows) {
    const { term, runs } = Row.parse(row);
    found[term - 1] = [...placesIn(runs, beginnings[term - 1] ?? '')];
  }
  return found;
}

function* placesIn(runs: string, beginning: string): Generator<WordPlaces> {
  const isWhole = [...beginning].length < shortestBeginning(beginning);
  for (let line = 0; line < runs.length; ) {
    const placesAt = runs.indexOf('\t', line) + 1;
    const wordsAt = runs.indexOf('\t', placesAt) + 1;
    const end = endOf(runs, '\n', wordsAt, runs.length);
    const pairs = new Uint8Array((wordsAt - 1 - placesAt) / 2);
    let length = 0;
    let at = placesAt;
    for (let word = wordsAt; word < end; ) {
      const next = at + 2 + 4 * (byteAt(runs, at) + 1);
      const wordEnd = endOf(runs, ' ', word, end);
      if (runs.startsWith(beginning, word) && (!isWhole || wordEnd - word === beginning.length)) {
        for (let byte = at + 2; byte < next; byte += 2) pairs[length++] = byteAt(runs, byte);
      }
      at = next;
      word = wordEnd + 1;
    }
    if (length > 0) yield { run: runs.slice(line, placesAt - 1), pairs: pairs.subarray(0, length) };
    line = end + 1;
  }
}

function endOf(text: string, mark: string, from: number, otherwise: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 || at > otherwise ? otherwise : at;
}

const byteAt = (text: string, at: number) => digitAt(text, at) * 16 + digitAt(text, at + 1);

/** 0 to 9 are 48 to 57 in ASCII, a to f 97 to 102. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
