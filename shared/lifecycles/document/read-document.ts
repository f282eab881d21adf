import type { Executor } from '../../database/executor.ts';
import { DOCUMENT_COLUMNS, type DocumentRow, firstDocument } from './document-row.ts';

/** A deleted document is absent from the moment of its deletion, whatever remains to be collected. */
export async function readDocument(db: Executor, creatorId: string, id: string): Promise<DocumentRow | undefined> {
  return firstDocument(
    await db.query(
      `select ${DOCUMENT_COLUMNS} from documents where creator_id = $1 and id = $2 and deleted_at is null`,
      [creatorId, id],
    ),
  );
}
