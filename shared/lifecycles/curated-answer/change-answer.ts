import type { Executor } from '../../database/executor.ts';
import { answerChunkId } from '../document/chunk-id.ts';
import { raiseKnowledgeVersion } from '../document/raise-knowledge-version.ts';
import { ANSWER_COLUMNS, AnswerRow } from './answer-row.ts';

/** New words are a new generation: the old vector answers no more from this transaction on. `row` is locked. */
export async function changeAnswer(
  db: Executor,
  row: AnswerRow,
  words: { readonly question: string; readonly answer: string },
): Promise<AnswerRow> {
  const generation = row.generation + 1;
  const [rows] = await Promise.all([
    db.query(
      `update curated_answers set question = $3, answer = $4, generation = $5, chunk_id = $6, queued_at = now(), resent = 0
       where creator_id = $1 and id = $2
       returning ${ANSWER_COLUMNS}`,
      [row.creator_id, row.id, words.question, words.answer, generation, answerChunkId(row.id, generation)],
    ),
    raiseKnowledgeVersion(db, row.creator_id),
  ]);
  return AnswerRow.parse(rows[0]);
}
