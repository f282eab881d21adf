import type { Executor } from '../../database/executor.ts';
import { answerChunkId } from '../document/chunk-id.ts';
import { raiseKnowledgeVersion } from '../document/raise-knowledge-version.ts';
import { ANSWER_COLUMNS, AnswerRow } from './answer-row.ts';

export interface NewAnswer {
  readonly creatorId: string;
  readonly answerId: string;
  readonly question: string;
  readonly answer: string;
}

/** From this transaction on the answer is found by its words; its vector follows. */
export async function openAnswer(
  db: Executor,
  { creatorId, answerId, question, answer }: NewAnswer,
): Promise<AnswerRow> {
  const [rows] = await Promise.all([
    db.query(
      `insert into curated_answers (creator_id, id, question, answer, chunk_id) values ($1, $2, $3, $4, $5)
       returning ${ANSWER_COLUMNS}`,
      [creatorId, answerId, question, answer, answerChunkId(answerId, 1)],
    ),
    raiseKnowledgeVersion(db, creatorId),
  ]);
  return AnswerRow.parse(rows[0]);
}
