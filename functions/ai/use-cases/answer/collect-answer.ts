import { recordErasure } from '../../../../shared/database/erasure-receipts.ts';
import { listCitingConversations, redactDocument } from '../../../../shared/lifecycles/conversation/redact-document.ts';
import type { AnswerRow } from '../../../../shared/lifecycles/curated-answer/answer-row.ts';
import type { AnswerHold } from '../../../../shared/lifecycles/curated-answer/claim-answer.ts';
import {
  buryAnswer,
  countRowsNamingAnswer,
  isBeingQuoted,
} from '../../../../shared/lifecycles/curated-answer/settle-answer.ts';
import { answerChunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { forgetRequests } from '../../../../shared/lifecycles/document/collect-document.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { unlessGone } from '../sweep/collect-stale-vectors.ts';
import type { AnswerTools } from './settle-answer.ts';

/**
 * Removes what a deleted curated answer leaves: its vectors, what is remembered, the frames and the text of answers that
 * cite it; then looks for more, and only where nothing is left removes the row and writes the receipt, in one
 * transaction. Waits while a question from before the deletion is being answered: the sweeper sends it again.
 *
 * @throws Error when something is left, to be tried again
 */
export async function collectAnswer(tools: AnswerTools, row: AnswerRow, hold: AnswerHold): Promise<void> {
  const { creatorId, answerId } = hold;
  const requestedAt = row.deleted_at;
  if (requestedAt === null) return;
  const quoted = await tools.database.withTenant(creatorId, (db) => isBeingQuoted(db, creatorId, requestedAt));
  if (quoted) return;
  const { collectionId } = await tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId));
  const ids = vectorIds(row, row.generation);
  if (collectionId !== undefined) await tools.vectors.remove(collectionId, ids).catch(unlessGone);
  const conversationIds = await tools.database.withTenant(creatorId, (db) =>
    listCitingConversations(db, creatorId, answerId),
  );
  await tools.forgetAnswers(creatorId);
  await tools.traces.remove(creatorId, conversationIds);
  const answers = await tools.database.withTenant(creatorId, async (db) => {
    await forgetRequests(db, creatorId, answerId);
    return redactDocument(db, creatorId, answerId);
  });
  const stored =
    collectionId === undefined ? [] : ((await tools.vectors.idsOf(collectionId, answerId, 1).catch(unlessGone)) ?? []);
  const redis = await tools.traces.count(creatorId, answerId, conversationIds);
  const left = { redis, vectors: stored.length };
  if (left.redis + left.vectors > 0) throw new Error(`a deleted answer is not gone yet: ${JSON.stringify(left)}`);
  const buried = await tools.database.withTenant(creatorId, async (db) => {
    if (!(await buryAnswer(db, hold))) return false;
    const rows = await countRowsNamingAnswer(db, creatorId, answerId);
    if (rows > 0) throw new Error(`${rows} rows still name a deleted answer`);
    await recordErasure(db, {
      creatorId,
      subjectKind: 'answer',
      subjectId: answerId,
      requestedAt,
      findings: {
        postgres: { looked_for: 'rows that name the answer', removed: answers, found: 0 },
        vectors: { looked_for: 'vectors by id and by answer', removed: ids.length, found: 0 },
        redis: { looked_for: 'remembered answers and frames that name the answer', found: 0 },
      },
    });
    return true;
  });
  if (buried) log.info('answer collected', { answer_id: answerId, answers });
}

/** Every id under which a vector may lie, up to a generation. */
export function vectorIds(row: AnswerRow, upTo: number): string[] {
  const count = Math.max(0, upTo - row.vectors_from + 1);
  return Array.from({ length: count }, (_, place) => answerChunkId(row.id, row.vectors_from + place));
}
