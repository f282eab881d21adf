import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';
import { PageStart } from '../../../shared/models/page-start.ts';
import { HAS_FEW, readWordPlaces, type WordPlaces } from './word-places.ts';

/** A chunk of a document's live version, or a curated answer under its question; with what a citation needs. */
export interface Passage {
  readonly chunkId: string;
  /** The curated answer's id, where it is one. */
  readonly documentId: string;
  /** Answered by the creator in person. */
  readonly curated: boolean;
  readonly title: string;
  readonly text: string;
  /** Place in the document, from 0. */
  readonly position: number;
  /** Where the part that no earlier chunk holds begins. */
  readonly page: number | null;
  readonly pageStarts: readonly PageStart[];
  readonly headingPath: readonly string[];
  readonly pageUrl: string | null;
}

const PassageRow = z
  .object({
    id: z.uuid(),
    document_id: z.uuid(),
    title: z.string(),
    text: z.string(),
    chunk_index: z.number().int(),
    page: z.number().int().nullable(),
    page_starts: z.array(PageStart),
    heading_path: z.array(z.string()),
    page_url: z.string().nullable(),
    curated: z.boolean(),
  })
  .transform(
    (row): Passage => ({
      chunkId: row.id,
      documentId: row.document_id,
      title: row.title,
      text: row.curated ? withLinksInPlain(row.text) : row.text,
      position: row.chunk_index,
      page: row.page,
      pageStarts: row.page_starts,
      headingPath: row.heading_path,
      pageUrl: row.page_url,
      curated: row.curated,
    }),
  );

/** `[the form](https://…)` as `the form (https://…)`: answers hold addresses as they are, and no other form of a link. */
function withLinksInPlain(text: string): string {
  return text.replaceAll(/!?\[([^[\]\n]*)\]\(\s*(https?:\/\/[^\s()]+)(?:\s+"[^"\n]*")?\s*\)/gi, '$1 ($2)');
}

const COLUMNS =
  'c.id, c.document_id, d.title, c.text, c.chunk_index, c.page, c.page_starts, c.heading_path, d.page_url, false as curated';

/** Whatever an index says, only chunks of the live generation of a document that was not deleted are passages. */
const LIVE = `from chunks c
  join documents d on d.creator_id = c.creator_id and d.id = c.document_id
    and d.live_generation = c.generation and d.deleted_at is null
  where c.creator_id = $1`;

/** A curated answer in the columns of a passage; its `chunk_id` is that of its newest words alone. */
const CURATED_COLUMNS = `a.chunk_id as id, a.id as document_id, a.question as title, a.answer as text, 0 as chunk_index,
  null::integer as page, '[]'::jsonb as page_starts, '{}'::text[] as heading_path, null::text as page_url, true as curated`;

const CURATED = 'from curated_answers a where a.creator_id = $1 and a.deleted_at is null';

export interface RankedPassage extends Passage {
  /** As `ts_rank` has it, normalised by the number of different words. */
  readonly rank: number;
}

export interface WordFindings {
  /** Curated answers whose question has the plain words that were said. */
  readonly settled: readonly Passage[];
  /** `limit` curated answers, and `limit` chunks of documents whose words are not looked up by themselves. */
  readonly ranked: readonly RankedPassage[];
  /** All places of each word in the other chunks. */
  readonly places: readonly (readonly WordPlaces[])[];
}

/** A chunk by where it stands. */
export interface ChunkAt {
  readonly documentId: string;
  readonly generation: number;
  readonly index: number;
}

export interface PassagesTable {
  /** What matches any of the prefixes, and what was asked in the plain words `said`. */
  search(prefixes: readonly string[], limit: number, said?: string): Promise<WordFindings>;
  /** Those of the chunks that are live, in the order in which they are given; undefined in place of any other. */
  loadAt(places: readonly ChunkAt[]): Promise<(Passage | undefined)[]>;
  /** Those of the ids that are live, in no order. */
  load(ids: readonly string[]): Promise<Passage[]>;
}

/** Normalisation by the logarithm of the number of different words. */
const BY_WORDS = 16;
/** A pasted page asks for no more than its first words. */
const MAX_WORDS = 40;

/** As Postgres knows them: in small letters, without what its query language means something by. */
function wordsToLookUp(prefixes: readonly string[]): string[] {
  const words = prefixes.filter((prefix) => /^[\p{L}\p{M}\p{N}]+$/u.test(prefix));
  return [...new Set(words.map((word) => word.toLowerCase()))].slice(0, MAX_WORDS);
}

export function passagesTable(db: Executor, creatorId: string): PassagesTable {
  const parse = (rows: readonly Record<string, unknown>[]) => rows.map((row) => PassageRow.parse(row));
  /** Letters and digits alone, as they are compared with `said`; what words these make is looked at by who asks. */
  const bySaying = async (said: string | undefined, limit: number) => {
    if (said === undefined) return [];
    const rows = await db.query(
      `select ${CURATED_COLUMNS} ${CURATED}
         and regexp_replace(replace(lower(normalize(a.question, NFKD)), 'ß', 'ss'), '[^[:alnum:]]+', '', 'g') = $2
       order by id limit $3`,
      [creatorId, said.replaceAll(' ', ''), limit],
    );
    return parse(rows);
  };
  const ranked = async (query: string, limit: number) => {
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
  };
  return {
    async search(prefixes, limit, said) {
      const words = wordsToLookUp(prefixes);
      const query = words.map((word) => `'${word}':*`).join(' | ');
      const [settled, found, places] = await Promise.all([
        bySaying(said, limit),
        words.length > 0 ? ranked(query, limit) : [],
        words.length > 0 ? readWordPlaces(db, creatorId, words) : [],
      ]);
      return { settled, ranked: found, places };
    },
    async loadAt(places) {
      if (places.length === 0) return [];
      const rows = await db.query(
        `select ${COLUMNS}, p.place::integer as place
         from unnest($2::uuid[], $3::integer[], $4::integer[]) with ordinality as p (document_id, generation, index, place)
         join chunks c on c.creator_id = $1 and c.document_id = p.document_id and c.generation = p.generation
           and c.chunk_index = p.index
         join documents d on d.creator_id = c.creator_id and d.id = c.document_id
           and d.live_generation = c.generation and d.deleted_at is null`,
        [creatorId, places.map((at) => at.documentId), places.map((at) => at.generation), places.map((at) => at.index)],
      );
      const byPlace = new Map(rows.map((row) => [Number(row.place) - 1, PassageRow.parse(row)]));
      return places.map((_, place) => byPlace.get(place));
    },
    async load(ids) {
      if (ids.length === 0) return [];
      return parse(
        await db.query(
          `select ${COLUMNS} ${LIVE} and c.id = any($2::uuid[])
           union all
           select ${CURATED_COLUMNS} ${CURATED} and a.chunk_id = any($2::uuid[])`,
          [creatorId, ids],
        ),
      );
    },
  };
}
