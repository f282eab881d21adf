import * as z from 'zod';
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

/** A row of `COLUMNS` or `CURATED_COLUMNS`. */
export const PassageRow = z
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

/** Of `chunks c` and `documents d`. */
export const COLUMNS =
  'c.id, c.document_id, d.title, c.text, c.chunk_index, c.page, c.page_starts, c.heading_path, d.page_url, false as curated';

/** Whatever an index says, only chunks of the live generation of a document that was not deleted are passages. */
export const LIVE = `from chunks c
  join documents d on d.creator_id = c.creator_id and d.id = c.document_id
    and d.live_generation = c.generation and d.deleted_at is null
  where c.creator_id = $1`;

/** A curated answer in the columns of a passage; its `chunk_id` is that of its newest words alone. */
export const CURATED_COLUMNS = `a.chunk_id as id, a.id as document_id, a.question as title, a.answer as text, 0 as chunk_index,
  null::integer as page, '[]'::jsonb as page_starts, '{}'::text[] as heading_path, null::text as page_url, true as curated`;

/** Curated answers that were not deleted. */
export const CURATED = 'from curated_answers a where a.creator_id = $1 and a.deleted_at is null';
