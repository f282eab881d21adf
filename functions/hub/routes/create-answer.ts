import { CuratedAnswer, NewCuratedAnswer, toCuratedAnswer } from '../../../shared/models/curated-answer.ts';
import { route } from '../hub-route.ts';
import { createAnswer as run } from '../use-cases/create-answer.ts';

export const createAnswer = route({
  method: 'POST',
  path: '/v1/hub/answers',
  permission: 'documents:write',
  summary: 'Answer a question in person; it is preferred over passages of documents',
  idempotent: true,
  input: { body: NewCuratedAnswer },
  output: { 201: CuratedAnswer },
  refuses: ['QUOTA_EXCEEDED'],
  run: async ({ body, caller, use }) => toCuratedAnswer(await run(use, caller, body)),
});
