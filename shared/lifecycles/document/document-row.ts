import * as z from 'zod';
import { CURSOR_AT } from '../../database/cursor-at.ts';
import { DOCUMENT_ERROR_CODES } from '../../errors/document-processing-error.ts';

/** A row of `documents`, as every function of this life cycle returns it. */
export const DocumentRow = z.object({
  creator_id: z.uuid(),
  id: z.uuid(),
  title: z.string(),
  filename: z.string(),
  content_type: z.string(),
  size_bytes: z.number().int(),
  source: z.enum(['upload', 'page']),
  page_url: z.string().nullable(),
  status: z.enum(['awaiting_upload', 'scanning', 'processing', 'ready', 'rejected', 'failed']),
  upload_id: z.uuid(),
  /** What was announced with the form of a replacement, until its file arrives; after `next_until` it is shown no more. */
  next_filename: z.string().nullable(),
  next_content_type: z.string().nullable(),
  next_size_bytes: z.number().int().nullable(),
  next_title: z.string().nullable(),
  next_until: z.date().nullable(),
  object_version: z.string().nullable(),
  library_upload_id: z.uuid().nullable(),
  generation: z.number().int(),
  live_generation: z.number().int().nullable(),
  chunk_tokens: z.number().int(),
  overlap_tokens: z.number().int(),
  attempt: z.number().int(),
  deaths: z.number().int(),
  deadline_at: z.date(),
  progress_stage: z.string(),
  progress_done: z.number().int(),
  progress_total: z.number().int(),
  embedded_chunks: z.number().int(),
  embedding_model: z.string().nullable(),
  chunk_count: z.number().int(),
  /** Of the live generation. */
  unreadable_pages: z.number().int(),
  error_code: z.enum(DOCUMENT_ERROR_CODES).nullable(),
  error_message: z.string().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
  /** `created_at` with its microseconds, for list cursors. */
  cursor_at: z.string(),
});
export type DocumentRow = z.infer<typeof DocumentRow>;

/** The select and returning list that `DocumentRow` parses. */
export const DOCUMENT_COLUMNS = `creator_id, id, title, filename, content_type, size_bytes, source, page_url, status,
  upload_id, next_filename, next_content_type, next_size_bytes, next_title, next_until, object_version,
  library_upload_id, generation, live_generation, chunk_tokens, overlap_tokens, attempt, deaths, deadline_at,
  progress_stage, progress_done, progress_total, embedded_chunks, embedding_model, chunk_count, unreadable_pages,
  error_code, error_message, created_at, updated_at,
  ${CURSOR_AT}`;

/** SQL: the file of a replacement is waited for. Nobody counts on it longer, though it is taken whenever it comes. */
export const AWAITS_FILE = 'next_until > now()';

/** The same of a row. */
export const awaitsFile = ({ next_until: until }: Pick<DocumentRow, 'next_until'>) =>
  until !== null && until.getTime() > Date.now();

/** The first row, parsed; undefined when the statement touched none. */
export function firstDocument(rows: readonly Record<string, unknown>[]): DocumentRow | undefined {
  return rows[0] === undefined ? undefined : DocumentRow.parse(rows[0]);
}
