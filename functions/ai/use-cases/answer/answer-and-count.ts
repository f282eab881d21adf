import { giveAnswerBack, takeAnswer } from '../../../../shared/database/daily-answers.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { type Answer, type AnswerDependencies, answerQuestion, type QuestionAsked } from './answer-question.ts';

/**
 * Answers outside of any conversation, and counts it. What the model is asked for is counted before, so that calls at once
 * keep the creator's daily limit, and given back when no answer comes of it; a call that dies in between stays counted.
 *
 * @throws as `answerQuestion`
 */
export async function answerAndCount(
  deps: AnswerDependencies,
  database: TenantDatabase,
  asked: QuestionAsked,
): Promise<Answer> {
  const { creatorId } = asked;
  let takenOn: string | undefined;
  const take = async () => {
    takenOn = await database.withTenant(creatorId, (db) => takeAnswer(db, creatorId));
  };
  const giveBack = async (day: string) => {
    await database.changeAtOnce(creatorId, (db) => giveAnswerBack(db, creatorId, day));
  };
  try {
    const answer = await answerQuestion(deps, { ...asked, takeAnswer: take });
    const { promptTokens, answerTokens } = answer.usage;
    const counted = { prompt_tokens: promptTokens, answer_tokens: answerTokens, refusals: answer.refused ? 1 : 0 };
    await database.changeAtOnce(creatorId, (db) =>
      countUsage(db, creatorId, { ...counted, answers: takenOn === undefined ? 1 : 0 }),
    );
    return answer;
  } catch (error) {
    if (takenOn !== undefined) {
      await giveBack(takenOn).catch((cause: unknown) => log.error('an answer that was not made stays counted', cause));
    }
    throw error;
  }
}
