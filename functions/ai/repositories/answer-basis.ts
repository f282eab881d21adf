import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const BasisRow = z.object({ version: z.coerce.number(), refusal_threshold: z.number().nullable() });

/** What an answer rests on besides its question: once it is another, a kept answer is void. */
export interface AnswerBasis {
  readonly knowledgeVersion: number;
  /** Undefined leaves it to the calibrated default. */
  readonly refusalThreshold: number | undefined;
}

/** The basis of what is answered now. */
export async function readAnswerBasis(db: Executor, creatorId: string): Promise<AnswerBasis> {
  const [row] = await db.query(
    `select coalesce((select k.version from knowledge k where k.creator_id = $1), 0) as version,
       (select s.refusal_threshold from creator_settings s where s.creator_id = $1) as refusal_threshold`,
    [creatorId],
  );
  const { version, refusal_threshold: refusalThreshold } = BasisRow.parse(row);
  return { knowledgeVersion: version, refusalThreshold: refusalThreshold ?? undefined };
}
