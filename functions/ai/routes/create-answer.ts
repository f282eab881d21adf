import * as z from 'zod';
import { APIError } from '../../../shared/errors/api-error.ts';
import { Citation } from '../../../shared/models/citation.ts';
import { Question } from '../../../shared/models/question.ts';
import { route } from '../ai-route.ts';
import { within } from '../use-cases/answer/within.ts';

/** Before API Gateway's own 29 s, so that the client gets our envelope. */
const TIMEOUT_MS = 25_000;

const NewAnswer = z.strictObject({
  question: Question,
  history: z
    .array(z.strictObject({ role: z.enum(['visitor', 'assistant']), text: z.string().max(8_000) }))
    .max(20)
    .default([]),
});

const AnswerBody = z.object({
  answer: z.string(),
  refused: z.boolean(),
  citations: z.array(Citation),
  model: z.string(),
  /** How much spoke for an answer before the model was asked; below the creator's threshold it is refused. */
  evidence: z.number().min(0).max(1),
  usage: z.object({ prompt_tokens: z.int(), answer_tokens: z.int() }),
  timing_ms: z.record(z.string(), z.int()),
});

export const createAnswer = route({
  method: 'POST',
  path: '/v1/ai/answers',
  permission: 'answers:create',
  summary: 'Answer a question from the creator’s sources',
  input: { body: NewAnswer },
  output: { 200: AnswerBody },
  refuses: ['SPEND_LIMIT_REACHED', 'UPSTREAM_FAILED', 'UPSTREAM_TIMEOUT'],
  run: async ({ body, caller, use }) => {
    const late = new APIError('UPSTREAM_TIMEOUT', 'The answer took too long.');
    const answer = await within(TIMEOUT_MS, late, (signal) =>
      use.answer({ ...body, creatorId: caller.creatorId, voice: undefined, signal, onText: () => {} }),
    );
    return {
      answer: answer.text,
      refused: answer.refused,
      citations: answer.citations,
      model: answer.model,
      evidence: answer.evidence,
      usage: { prompt_tokens: answer.usage.promptTokens, answer_tokens: answer.usage.answerTokens },
      timing_ms: answer.timingMs,
    };
  },
});
