import { buryDocument, readTombstone } from '../../../shared/lifecycles/document/collect-document.ts';
import { log } from '../../../shared/observability/logger.ts';
import { removeVectorSets } from './collect-stale-vectors.ts';
import { documentPrefix } from './file-key.ts';
import type { IngestTools } from './process-document.ts';

/**
 * Removes what a deleted document leaves: files in both buckets with all versions, vectors, remembered answers, and
 * last the row, which is the reason to try again. Steps aside while a worker still holds the document. Safe to repeat.
 */
export async function collectDocument(
  tools: Pick<IngestTools, 'database' | 'files' | 'vectors' | 'answers'>,
  creatorId: string,
  documentId: string,
): Promise<void> {
  const sets = await tools.database.withTenant(creatorId, (db) => readTombstone(db, creatorId, documentId));
  if (!sets) return;
  const files = await tools.files.removeAll(documentPrefix(creatorId, documentId));
  await removeVectorSets(tools, creatorId, documentId, sets);
  await tools.answers.forget(creatorId);
  const buried = await tools.database.withTenant(creatorId, (db) => buryDocument(db, creatorId, documentId));
  if (buried) log.info('document collected', { document_id: documentId, files, vector_sets: sets.length });
}
