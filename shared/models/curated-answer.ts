import * as z from 'zod';
import type { AnswerRow } from '../lifecycles/curated-answer/answer-row.ts';
import { lineOfText, plainText, saysSomething } from './plain-text.ts';
import { Timestamp } from './wire.ts';

const MAX_QUESTION_CHARACTERS = 500;
const MAX_ANSWER_CHARACTERS = 4_000;

const words = {
  question: lineOfText(MAX_QUESTION_CHARACTERS),
  answer: plainText(MAX_ANSWER_CHARACTERS).trim().refine(saysSomething, 'Contains nothing that can be seen.'),
};

/** What a creator writes: a question of one line, up to 500 characters, and up to 4,000 of answer. */
export const NewCuratedAnswer = z.strictObject(words);
export type NewCuratedAnswer = z.output<typeof NewCuratedAnswer>;

/** A change: what is left out stays. */
export const CuratedAnswerChange = z.strictObject(words).partial();
export type CuratedAnswerChange = z.output<typeof CuratedAnswerChange>;

/** A question that the creator answered in person, on the wire. */
export const CuratedAnswer = z.object({
  id: z.uuid(),
  question: z.string(),
  answer: z.string(),
  /** While `processing`, it is found by its words only. */
  status: z.enum(['processing', 'ready']),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type CuratedAnswer = z.infer<typeof CuratedAnswer>;

/** A row as the contract shows it. */
export function toCuratedAnswer(row: AnswerRow): z.input<typeof CuratedAnswer> {
  return {
    id: row.id,
    question: row.question,
    answer: row.answer,
    status: row.indexed_generation === row.generation ? 'ready' : 'processing',
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}
