import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import type { AnswerRow } from '../../../shared/lifecycles/curated-answer/answer-row.ts';
import { changeAnswer as changeWords } from '../../../shared/lifecycles/curated-answer/change-answer.ts';
import { readAnswerForChange } from '../../../shared/lifecycles/curated-answer/read-answers.ts';
import type { CuratedAnswerChange } from '../../../shared/models/curated-answer.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** The old words answer no more when this returns. @throws NotFoundError */
export async function changeAnswer(
  { inTenant, ingest }: Pick<HubUse, 'inTenant' | 'ingest'>,
  caller: CreatorCredential,
  answerId: string,
  change: CuratedAnswerChange,
): Promise<AnswerRow> {
  const { creatorId } = caller;
  const { row, changed } = await inTenant(caller, async (tables) => {
    const known = orNotFound(await readAnswerForChange(tables.db, creatorId, answerId));
    const words = { question: change.question ?? known.question, answer: change.answer ?? known.answer };
    const fields = (['question', 'answer'] as const).filter((field) => words[field] !== known[field]);
    if (fields.length === 0) return { row: known, changed: false };
    tables.audit('answer.changed', answerId, fields);
    return { row: await changeWords(tables.db, known, words), changed: true };
  });
  if (changed) await ingest.announce({ kind: 'answer.settle', creator_id: creatorId, answer_id: answerId });
  return row;
}
