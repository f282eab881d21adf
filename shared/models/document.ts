import * as z from 'zod';
import { DOCUMENT_ERROR_CODES } from '../errors/document-processing-error.ts';
import { awaitsFile, type DocumentRow } from '../lifecycles/document/document-row.ts';
import { Timestamp } from './wire.ts';

/** The types that can be read, by the name a client declares. */
export const DOCUMENT_CONTENT_TYPES = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'text/markdown',
  'text/plain',
  'text/html',
  'text/csv',
] as const;
export type DocumentContentType = (typeof DOCUMENT_CONTENT_TYPES)[number];

/** 50 MiB: the largest file that is announced, taken or scanned. */
export const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;

/** The states of a document, as the contract names them; `rejected` is unsafe, `failed` could not be read. */
export const DOCUMENT_STATUSES = ['awaiting_upload', 'scanning', 'processing', 'ready', 'rejected', 'failed'] as const;
/** One of `DOCUMENT_STATUSES`. */
export const DocumentStatus = z.enum(DOCUMENT_STATUSES);
export type DocumentStatus = z.infer<typeof DocumentStatus>;

/** How many documents of each status a creator has. */
export const DocumentCounts = z.record(DocumentStatus, z.number().int());
export type DocumentCounts = z.infer<typeof DocumentCounts>;

/** A document on the wire, as the contract shows it. */
export const Document = z.object({
  id: z.uuid(),
  title: z.string(),
  filename: z.string(),
  content_type: z.string(),
  size_bytes: z.number().int(),
  source: z.enum(['upload', 'page']),
  status: DocumentStatus,
  /** `total` is 0 while it is not known. */
  progress: z.object({ stage: z.string(), done: z.number().int(), total: z.number().int() }),
  error: z.object({ code: z.enum(DOCUMENT_ERROR_CODES), message: z.string() }).nullable(),
  chunk_count: z.number().int(),
  /** Pages of the file that could not be read, though others were; 0 until it is ready. */
  unreadable_pages: z.number().int(),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Document = z.infer<typeof Document>;

/** While the file of a replacement is waited for, the document is what was announced, and answers as it was. */
export function toDocument(row: DocumentRow): z.input<typeof Document> {
  return {
    id: row.id,
    ...ownState(row),
    ...announcedState(row),
    source: row.source,
    chunk_count: row.chunk_count,
    unreadable_pages: row.unreadable_pages,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

function ownState(row: DocumentRow) {
  return {
    title: row.title,
    filename: row.filename,
    content_type: row.content_type,
    size_bytes: row.size_bytes,
    status: row.status,
    progress: { stage: row.progress_stage, done: row.progress_done, total: row.progress_total },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  };
}

function announcedState(row: DocumentRow): Partial<ReturnType<typeof ownState>> {
  const { next_filename: filename, next_content_type: contentType, next_size_bytes: sizeBytes } = row;
  if (!awaitsFile(row) || filename === null || contentType === null || sizeBytes === null) return {};
  return {
    title: row.next_title ?? row.title,
    filename,
    content_type: contentType,
    size_bytes: sizeBytes,
    status: 'awaiting_upload',
    progress: { stage: 'upload', done: 0, total: 0 },
    error: null,
  };
}
