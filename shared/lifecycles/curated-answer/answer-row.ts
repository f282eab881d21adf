import * as z from 'zod';
import { CURSOR_AT } from '../../database/cursor-at.ts';

/** A row of `curated_answers`, as every function of this life cycle returns it. */
export const AnswerRow = z.object({
  creator_id: z.uuid(),
  id: z.uuid(),
  question: z.string(),
  answer: z.string(),
  generation: z.number().int(),
  indexed_generation: z.number().int().nullable(),
  vectors_from: z.number().int(),
  chunk_id: z.uuid(),
  deleted_at: z.date().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
  /** `created_at` with its microseconds, for list cursors. */
  cursor_at: z.string(),
});
export type AnswerRow = z.infer<typeof AnswerRow>;

/** The select and returning list that `AnswerRow` parses. */
export const ANSWER_COLUMNS = `creator_id, id, question, answer, generation, indexed_generation, vectors_from, chunk_id,
  deleted_at, created_at, updated_at,
  ${CURSOR_AT}`;

/** The first row, parsed; undefined when the statement touched none. */
export function firstAnswer(rows: readonly Record<string, unknown>[]): AnswerRow | undefined {
  return rows[0] === undefined ? undefined : AnswerRow.parse(rows[0]);
}
