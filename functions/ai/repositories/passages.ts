import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';
import { PageStart } from '../../../shared/models/page-start.ts';

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
      text: row.text,
      position: row.chunk_index,
      page: row.page,
      pageStarts: row.page_starts,
      headingPath: row.heading_path,
      pageUrl: row.page_url,
      curated: row.curated,
    }),
  );

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

export interface PassagesTable {
  /**
   * The chunks and the curated answers whose words match any of the prefixes, `limit` of each, best first; before them
   * the curated answers whose question has the plain words `said`.
   */
  search(prefixes: readonly string[], limit: number, said?: string): Promise<Passage[]>;
  /** Those of the ids that are live, in no order. */
  load(ids: readonly string[]): Promise<Passage[]>;
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
  const byWords = async (prefixes: readonly string[], limit: number) => {
    const terms = prefixes.filter((prefix) => /^[\p{L}\p{M}\p{N}]+$/u.test(prefix));
    if (terms.length === 0) return [];
    const query = [...new Set(terms)].map((term) => `'${term}':*`).join(' | ');
    return parse(
      await db.query(
        `(select ${COLUMNS}, ts_rank(c.search, to_tsquery('simple', $2), 1) as rank
          ${LIVE} and c.search @@ to_tsquery('simple', $2) order by rank desc, c.id limit $3)
         union all
         (select ${CURATED_COLUMNS}, ts_rank(a.search, to_tsquery('simple', $2), 1) as rank
          ${CURATED} and a.search @@ to_tsquery('simple', $2) order by rank desc, id limit $3)
         order by rank desc, id`,
        [creatorId, query, limit],
      ),
    );
  };
  return {
    async search(prefixes, limit, said) {
      const [settled, found] = await Promise.all([bySaying(said, limit), byWords(prefixes, limit)]);
      const known = new Set(settled.map(({ chunkId }) => chunkId));
      return [...settled, ...found.filter(({ chunkId }) => !known.has(chunkId))];
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
