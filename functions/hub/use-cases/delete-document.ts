import { ranOutOfTime } from '../../../shared/errors/database-unavailable-error.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { tombstoneDocument } from '../../../shared/lifecycles/document/tombstone-document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** Of 5 s each, within the time of a request. */
const MAX_ATTEMPTS = 4;

/** Gone for everyone who looks when this returns; files and vectors are collected afterwards. @throws NotFoundError */
export async function deleteDocument(
  { inTenant, ingest }: Pick<HubUse, 'inTenant' | 'ingest'>,
  caller: CreatorCredential,
  documentId: string,
): Promise<void> {
  const { creatorId } = caller;
  const remove = () =>
    inTenant(caller, async (tables) => {
      if (!(await tombstoneDocument(tables.db, creatorId, documentId))) throw new NotFoundError();
      tables.audit('document.deleted', documentId);
    });
  // Whoever publishes a large document holds its row for seconds, which may be longer than a statement may wait.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await remove();
      break;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !ranOutOfTime(error)) throw error;
    }
  }
  await ingest.announce({ kind: 'document.collect', creator_id: creatorId, document_id: documentId });
}
