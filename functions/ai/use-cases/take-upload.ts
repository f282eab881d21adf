import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { approveUpload } from '../../../shared/lifecycles/document/report-progress.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/models/document.ts';
import { fileKey } from './file-key.ts';
import { LeaseLostError } from './hold-lease.ts';
import type { DocumentWork, IngestTools } from './process-document.ts';

/**
 * The file to read, safe to open: an upload is looked at first and, when clean, the very bytes that were looked at go
 * into the library; what passed before comes from there.
 *
 * @returns its path in the work folder
 * @throws DocumentProcessingError for what is unsafe, not as announced, or gone
 */
export async function takeUpload(tools: IngestTools, { row, hold, folder, signal }: DocumentWork): Promise<string> {
  const path = join(folder, 'original');
  const key = fileKey(row.creator_id, row.id, row.upload_id);
  if (row.status === 'processing') {
    if (!(await tools.files.fetchOriginal(key, path, signal))) throw gone();
    return path;
  }
  if (!(await tools.files.fetchUpload(key, row.object_version ?? undefined, path, signal))) throw gone();
  const { size } = await stat(path);
  if (size > 0 && (size !== row.size_bytes || size > MAX_DOCUMENT_BYTES)) {
    const advice = `This file is not the announced one: ${row.size_bytes} bytes were announced, ${size} arrived.`;
    throw new DocumentProcessingError('TYPE_MISMATCH', advice);
  }
  await tools.extractor.scan(path, row.content_type, signal);
  await tools.files.storeOriginal(key, path, row.content_type, signal);
  const held = await tools.database.withTenant(row.creator_id, (db) => approveUpload(db, hold));
  if (!held) throw new LeaseLostError();
  return path;
}

function gone(): DocumentProcessingError {
  return new DocumentProcessingError('INTERNAL', 'The uploaded file is no longer there. Upload it again.');
}
