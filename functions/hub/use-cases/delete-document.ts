import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { tombstoneDocument } from '../../../shared/lifecycles/document/tombstone-document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** Gone for everyone who looks when this returns; files and vectors are collected afterwards. @throws NotFoundError */
export async function deleteDocument(
  { inTenant, ingest }: Pick<HubUse, 'inTenant' | 'ingest'>,
  caller: CreatorCredential,
  documentId: string,
): Promise<void> {
  const { creatorId } = caller;
  await inTenant(caller, async (tables) => {
    if (!(await tombstoneDocument(tables.db, creatorId, documentId))) throw new NotFoundError();
    tables.audit('document.deleted', documentId);
  });
  await ingest.announce({ kind: 'document.collect', creator_id: creatorId, document_id: documentId });
}
