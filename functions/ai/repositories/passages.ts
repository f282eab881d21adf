import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

/** A chunk of a document's live version, with what a citation needs. */
export interface Passage {
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  readonly text: string;
  /** Place in the document, from 0. */
  readonly position: number;
  readonly page: number | null;
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
    heading_path: z.array(z.string()),
    page_url: z.string().nullable(),
  })
  .transform(
    (row): Passage => ({
      chunkId: row.id,
      documentId: row.document_id,
      title: row.title,
      text: row.text,
      position: row.chunk_index,
      page: row.page,
      headingPath: row.heading_path,
      pageUrl: row.page_url,
    }),
  );

const COLUMNS = 'c.id, c.document_id, d.title, c.text, c.chunk_index, c.page, c.heading_path, d.page_url';

/** Whatever an index says, only chunks of the live generation of a document that was not deleted are passages. */
const LIVE = `from chunks c
  join documents d on d.creator_id = c.creator_id and d.id = c.document_id
    and d.live_generation = c.generation and d.deleted_at is null
  where c.creator_id = $1`;

export interface PassagesTable {
  /** The chunks whose words match any of the prefixes, best first. */
  search(prefixes: readonly string[], limit: number): Promise<Passage[]>;
  /** Those of the ids that are live, in no order. */
  load(ids: readonly string[]): Promise<Passage[]>;
}

export function passagesTable(db: Executor, creatorId: string): PassagesTable {
  const parse = (rows: readonly Record<string, unknown>[]) => rows.map((row) => PassageRow.parse(row));
  return {
    async search(prefixes, limit) {
      const terms = prefixes.filter((prefix) => /^[\p{L}\p{M}\p{N}]+$/u.test(prefix));
      if (terms.length === 0) return [];
      const query = [...new Set(terms)].map((term) => `'${term}':*`).join(' | ');
      return parse(
        await db.query(
          `select ${COLUMNS} ${LIVE} and c.search @@ to_tsquery('simple', $2)
           order by ts_rank(c.search, to_tsquery('simple', $2), 1) desc, c.id
           limit $3`,
          [creatorId, query, limit],
        ),
      );
    },
    async load(ids) {
      if (ids.length === 0) return [];
      return parse(await db.query(`select ${COLUMNS} ${LIVE} and c.id = any($2::uuid[])`, [creatorId, ids]));
    },
  };
}
