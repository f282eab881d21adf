import * as z from 'zod';
import { plainText } from '../../../shared/models/plain-text.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../channel-route.ts';
import { rateAnswer } from '../use-cases/rate-answer.ts';

export const rateAnswerRoute = route({
  method: 'PUT',
  path: '/v1/channel/messages/{id}/feedback',
  permission: 'visitor',
  summary: 'Say whether an answer helped; the latest word counts',
  input: {
    params: IdParams,
    body: z.strictObject({ rating: z.enum(['up', 'down']), comment: plainText(2_000).optional() }),
  },
  output: { 204: undefined },
  run: ({ params, body, caller, use }) => rateAnswer(use, caller, { messageId: params.id, ...body }),
});
