import {
  claimDocument,
  countAtWork,
  type DocumentClaim,
  listWaiting,
} from '../../../../shared/lifecycles/document/claim-document.ts';
import type { DocumentRow } from '../../../../shared/lifecycles/document/document-row.ts';
import { recutDocument } from '../../../../shared/lifecycles/document/recut-document.ts';
import type { DocumentMessage } from '../../../../shared/models/document-message.ts';
import type { IngestTools } from './ingest-tools.ts';

/** Of one creator's documents at once, so that a large upload leaves workers for everybody else's small one. */
const MAX_AT_WORK = 4;

/**
 * Claims a document, also one that is to be cut again. Undefined when nothing is to be done, another worker holds it,
 * or enough of the creator's are being worked on: then whoever finishes one of them sends for it.
 */
export async function takeDocument(
  { database }: Pick<IngestTools, 'database'>,
  claim: DocumentClaim,
): Promise<DocumentRow | undefined> {
  const { creatorId, documentId } = claim;
  return database.withTenant(creatorId, async (db) => {
    if ((await countAtWork(db, creatorId)) >= MAX_AT_WORK) return undefined;
    const row = await claimDocument(db, claim);
    if (row) return row;
    return (await recutDocument(db, creatorId, documentId)) ? claimDocument(db, claim) : undefined;
  });
}

/** Sends for as many waiting documents of the creator's as may be worked on now. What is sent twice is done once. */
export async function sendWaiting({ database, queue }: Pick<IngestTools, 'database' | 'queue'>, creatorId: string) {
  const waiting = await database.withTenant(creatorId, async (db) => {
    const free = MAX_AT_WORK - (await countAtWork(db, creatorId));
    return free > 0 ? listWaiting(db, creatorId, free) : [];
  });
  for (const documentId of waiting) {
    const message: DocumentMessage = { kind: 'document.process', creator_id: creatorId, document_id: documentId };
    await queue.send(message, { groupId: creatorId });
  }
}
