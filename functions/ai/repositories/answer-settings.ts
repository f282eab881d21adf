import * as z from 'zod';
import { answersLeft, readDailyAnswers } from '../../../shared/database/daily-answers.ts';
import type { Executor } from '../../../shared/database/executor.ts';

const SettingsRow = z.object({ refusal_threshold: z.number().nullable() });

export interface AnswerSettings {
  /** Undefined leaves it to the calibrated default. */
  readonly refusalThreshold: number | undefined;
  /** Answers that may still be made today (UTC); undefined means no limit. */
  readonly answersLeft: number | undefined;
}

/** How the creator wants questions to be answered, with what today's limit leaves. */
export async function readAnswerSettings(db: Executor, creatorId: string): Promise<AnswerSettings> {
  const [rows, today] = await Promise.all([
    db.query('select s.refusal_threshold from creator_settings s where s.creator_id = $1', [creatorId]),
    readDailyAnswers(db, creatorId),
  ]);
  const { refusal_threshold: refusalThreshold } = SettingsRow.parse(rows[0] ?? { refusal_threshold: null });
  return { refusalThreshold: refusalThreshold ?? undefined, answersLeft: answersLeft(today) };
}
