import type { Executor } from '../../database/executor.ts';

/** Stands where an answer stood whose source was deleted. */
export const REMOVED_ANSWER = 'This answer was removed because its source was deleted.';

const CITES = `m.creator_id = $1 and m.role = 'assistant'
  and m.citations @> jsonb_build_array(jsonb_build_object('document_id', $2::text))`;

/** Conversations with answers that cite the document. */
export async function listCitingConversations(db: Executor, creatorId: string, documentId: string): Promise<string[]> {
  const rows = await db.query(`select distinct m.conversation_id from messages m where ${CITES}`, [
    creatorId,
    documentId,
  ]);
  return rows.map((row) => String(row.conversation_id));
}

/**
 * Takes a deleted document's words out of what was said: answers that cite it lose text and citations. Visitors' own
 * messages stay as they are. @returns how many answers
 */
export async function redactDocument(db: Executor, creatorId: string, documentId: string): Promise<number> {
  const rows = await db.query(`update messages m set text = $3, citations = '[]' where ${CITES} returning m.id`, [
    creatorId,
    documentId,
    REMOVED_ANSWER,
  ]);
  return rows.length;
}
