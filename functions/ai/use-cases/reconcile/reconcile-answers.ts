import { indexAnswersAgain, listIndexedAnswers } from '../../../../shared/lifecycles/curated-answer/index-again.ts';
import type { ReconcileTools } from './reconcile-knowledge.ts';

const ANSWERS_PER_PAGE = 200;

/**
 * Sends curated answers whose vectors are missing, or of another model, to be indexed again. Until then their words
 * find them: a vector of another model is removed, so that no question is compared with it.
 *
 * @returns how many
 */
export async function restoreAnswers(tools: ReconcileTools, creatorId: string, collectionId: string): Promise<number> {
  const model = tools.models.embeddingModel;
  let sent = 0;
  for (let after: string | undefined; ; ) {
    const behind = after;
    const answers = await tools.database.readAsTenant(creatorId, (db) =>
      listIndexedAnswers(db, creatorId, { after: behind, limit: ANSWERS_PER_PAGE }),
    );
    const ids = answers.map((answer) => answer.chunk_id);
    const stored = ids.length > 0 ? await tools.vectors.existing(collectionId, ids) : new Set();
    const wanting = answers.filter((answer) => answer.embedding_model !== model || !stored.has(answer.chunk_id));
    if (wanting.length > 0) {
      await tools.vectors.remove(
        collectionId,
        wanting.map((answer) => answer.chunk_id),
      );
      const changed = wanting.map((answer) => answer.id);
      await tools.database.withTenant(creatorId, (db) => indexAnswersAgain(db, creatorId, changed));
      sent += wanting.length;
    }
    after = answers.at(-1)?.id;
    if (answers.length < ANSWERS_PER_PAGE) return sent;
  }
}
