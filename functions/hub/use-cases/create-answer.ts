import { randomUUID } from 'node:crypto';
import { APIError } from '../../../shared/errors/api-error.ts';
import type { AnswerRow } from '../../../shared/lifecycles/curated-answer/answer-row.ts';
import { openAnswer } from '../../../shared/lifecycles/curated-answer/open-answer.ts';
import { countAnswers } from '../../../shared/lifecycles/curated-answer/read-answers.ts';
import type { NewCuratedAnswer } from '../../../shared/models/curated-answer.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** Findable by its words when this returns; its vector follows. @throws APIError QUOTA_EXCEEDED */
export async function createAnswer(
  { inTenant, ingest, quota }: Pick<HubUse, 'inTenant' | 'ingest' | 'quota'>,
  caller: CreatorCredential,
  words: NewCuratedAnswer,
): Promise<AnswerRow> {
  const { creatorId } = caller;
  const answerId = randomUUID();
  const row = await inTenant(caller, async (tables) => {
    if ((await countAnswers(tables.db, creatorId)) >= quota.answers) {
      throw new APIError(
        'QUOTA_EXCEEDED',
        `No more than ${quota.answers} curated answers are kept. Delete some first.`,
      );
    }
    tables.audit('answer.created', answerId, Object.keys(words));
    return openAnswer(tables.db, { creatorId, answerId, ...words });
  });
  await ingest.announce({ kind: 'answer.settle', creator_id: creatorId, answer_id: answerId });
  return row;
}
