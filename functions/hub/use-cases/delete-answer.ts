import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { tombstoneAnswer } from '../../../shared/lifecycles/curated-answer/tombstone-answer.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

/** Gone for everyone who looks when this returns; its vector is collected afterwards. @throws NotFoundError */
export async function deleteAnswer(
  { inTenant, ingest }: Pick<HubUse, 'inTenant' | 'ingest'>,
  caller: CreatorCredential,
  answerId: string,
): Promise<void> {
  const { creatorId } = caller;
  await inTenant(caller, async (tables) => {
    if (!(await tombstoneAnswer(tables.db, creatorId, answerId))) throw new NotFoundError();
    tables.audit('answer.deleted', answerId);
  });
  await ingest.announce({ kind: 'answer.settle', creator_id: creatorId, answer_id: answerId });
}
