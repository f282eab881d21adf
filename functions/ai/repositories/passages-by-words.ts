import type { Executor } from '../../../shared/database/executor.ts';
import { COLUMNS, CURATED, CURATED_COLUMNS, type Passage, PassageRow } from './passage.ts';
import { HAS_FEW } from './word-places.ts';

export interface RankedPassage extends Passage {
  /** As `ts_rank` has it, normalised by the number of different words. */
  readonly rank: number;
}

/** Normalisation by the logarithm of the number of different words. */
const BY_WORDS = 16;

/**
 * Curated answers whose question has the letters and digits of what was said. Spaces are not compared: whether the words
 * are the same is looked at by who asks.
 */
export async function curatedBySaying(
  db: Executor,
  creatorId: string,
  said: string,
  limit: number,
): Promise<Passage[]> {
  const rows = await db.query(
    `select ${CURATED_COLUMNS} ${CURATED}
       and regexp_replace(replace(lower(normalize(a.question, NFKD)), 'ß', 'ss'), '[^[:alnum:]]+', '', 'g') = $2
     order by id limit $3`,
    [creatorId, said.replaceAll(' ', ''), limit],
  );
  return rows.map((row) => PassageRow.parse(row));
}

/**
 * `limit` curated answers, and `limit` chunks whose words are not looked up by themselves, that hold a word with one of
 * these beginnings.
 *
 * @param words of letters, marks and digits only: anything else would mean something in Postgres' query language
 */
export async function rankedByWords(
  db: Executor,
  creatorId: string,
  words: readonly string[],
  limit: number,
): Promise<RankedPassage[]> {
  const query = words.map((word) => `'${word}':*`).join(' | ');
  const rows = await db.query(
    `with compared as materialized (
       select d.id, d.live_generation, d.title, d.page_url from documents d
       where d.creator_id = $1 and d.deleted_at is null and d.live_generation is not null
         and d.words_generation is distinct from d.live_generation
       union all
       select d.id, d.live_generation, d.title, d.page_url from documents d
       where d.creator_id = $1 and d.deleted_at is null and d.words_generation = d.live_generation and (${HAS_FEW})
     )
     (select c.* from compared d cross join lateral (
        select ${COLUMNS}, ts_rank(c.search, to_tsquery('simple', $2), ${BY_WORDS}) as rank from chunks c
        where c.creator_id = $1 and c.document_id = d.id and c.generation = d.live_generation
          and c.search @@ to_tsquery('simple', $2)
        offset 0
      ) as c order by rank desc, id limit $3)
     union all
     (select ${CURATED_COLUMNS}, ts_rank(a.search, to_tsquery('simple', $2), ${BY_WORDS}) as rank
      ${CURATED} and a.search @@ to_tsquery('simple', $2) order by rank desc, id limit $3)`,
    [creatorId, query, limit],
  );
  return rows.map((row) => ({ ...PassageRow.parse(row), rank: Number(row.rank) }));
}
