import { APIError } from '../../../shared/errors/api-error.ts';
import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { readDocument } from '../../../shared/lifecycles/document/read-document.ts';
import { reprocessDocument as reopenWork } from '../../../shared/lifecycles/document/reprocess-document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/**
 * Has the stored original read again, as a new generation.
 *
 * @throws NotFoundError, or APIError CONFLICT while the document is being worked on or has no clean original
 */
export async function reprocessDocument(
  { inTenant, ingest }: Pick<HubUse, 'inTenant' | 'ingest'>,
  caller: CreatorCredential,
  documentId: string,
): Promise<void> {
  const { creatorId } = caller;
  await inTenant(caller, async (tables) => {
    if (!(await reopenWork(tables.db, creatorId, documentId))) {
      orNotFound(await readDocument(tables.db, creatorId, documentId));
      throw new APIError('CONFLICT', 'Only a document that is ready or has failed can be processed again.');
    }
    tables.audit('document.reprocessed', documentId);
  });
  await ingest.announce({ kind: 'document.process', creator_id: creatorId, document_id: documentId });
}
