import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { DocumentProcessingError } from '../../../../shared/errors/document-processing-error.ts';
import { UnscannedDocumentError } from '../../../../shared/errors/unscanned-document-error.ts';
import { isUploadWanted } from '../../../../shared/lifecycles/document/collect-document.ts';
import type { DocumentRow } from '../../../../shared/lifecycles/document/document-row.ts';
import { recordFetchedPage } from '../../../../shared/lifecycles/document/open-page.ts';
import { approveUpload } from '../../../../shared/lifecycles/document/report-progress.ts';
import { MAX_DOCUMENT_BYTES } from '../../../../shared/models/document.ts';
import { LeaseLostError } from './hold-lease.ts';
import type { DocumentWork, IngestTools } from './ingest-tools.ts';

export interface FetchedFile {
  readonly path: string;
  /** As it stands now: what a page is, is only known when it has been fetched. */
  readonly row: DocumentRow;
}

/** A site that does not answer is asked this often, by one delivery after another. */
const MAX_FETCHES = 3;

/**
 * Brings the file into the work folder: from the web or from quarantine while it has not been looked at, else from the
 * library.
 *
 * @throws DocumentProcessingError for what is not as announced, refused or gone
 */
export async function fetchFile(tools: IngestTools, document: DocumentWork): Promise<FetchedFile> {
  const { row, folder, signal } = document;
  const path = join(folder, 'original');
  const key = fileKey(row.creator_id, row.id, row.upload_id);
  if (row.status === 'processing') {
    if (!(await tools.files.fetchOriginal(key, path, signal))) throw gone();
    return { path, row };
  }
  if (row.source === 'page') return { path, row: await fetchPage(tools, document, path) };
  if (!(await tools.files.fetchUpload(key, row.object_version ?? undefined, path, signal))) throw gone();
  const { size } = await stat(path);
  if (size > 0 && (size !== row.size_bytes || size > MAX_DOCUMENT_BYTES)) {
    const advice = `This file is not the announced one: ${row.size_bytes} bytes were announced, ${size} arrived. Start the upload again.`;
    throw new DocumentProcessingError('TYPE_MISMATCH', advice);
  }
  return { path, row };
}

async function fetchPage(tools: IngestTools, { row, hold, signal }: DocumentWork, path: string): Promise<DocumentRow> {
  const page = await tools.pages.fetch(row.page_url ?? '', path, signal).catch((error: unknown) => {
    const comesAgain = error instanceof DocumentProcessingError || signal.aborted || row.attempt < MAX_FETCHES;
    if (comesAgain) throw error;
    const advice = 'The web site does not answer. Try again later, or upload the page as a document.';
    throw new DocumentProcessingError('FETCH_REFUSED', advice, error);
  });
  const fetched = await tools.database.withTenant(row.creator_id, (db) => recordFetchedPage(db, hold, page));
  if (!fetched) throw new LeaseLostError();
  return fetched;
}

/**
 * Before anything opens the file. One that the scanner cannot see into is told what stands in the way, where the
 * extractor's checks know it: a password, say.
 *
 * @throws DocumentProcessingError for what is unsafe, ScannerUnavailableError when nobody could look
 */
export async function scanForMalware(tools: IngestTools, document: DocumentWork, path: string): Promise<void> {
  const { row, signal } = document;
  if (row.status === 'processing') return;
  try {
    await tools.malware.scan(row, path, signal);
  } catch (error) {
    if (error instanceof UnscannedDocumentError) await tools.extractor.scan(path, row.content_type, signal);
    throw error;
  }
}

/**
 * Looks at the build of an upload; when it is clean, the very bytes that were looked at go into the library.
 *
 * @throws DocumentProcessingError for what is unsafe
 */
export async function approveFile(tools: IngestTools, document: DocumentWork, path: string): Promise<void> {
  const { row, hold, signal } = document;
  if (row.status === 'processing') return;
  await tools.extractor.scan(path, row.content_type, signal);
  await tools.files.storeOriginal(fileKey(row.creator_id, row.id, row.upload_id), path, row.content_type, signal);
  const held = await tools.database.withTenant(row.creator_id, (db) => approveUpload(db, hold));
  if (held) return;
  // A worker that was away for longer than its lease may have stored the file after everything was collected.
  const wanted = await tools.database.withTenant(row.creator_id, (db) => isUploadWanted(db, hold, row.upload_id));
  if (!wanted) await tools.files.removeOriginals([fileKey(row.creator_id, row.id, row.upload_id)]);
  throw new LeaseLostError();
}

function gone(): DocumentProcessingError {
  return new DocumentProcessingError('INTERNAL', 'The uploaded file is no longer there. Upload it again.');
}
