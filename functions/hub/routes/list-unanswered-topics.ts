import * as z from 'zod';
import { route } from '../hub-route.ts';
import { analyticsSpan } from '../use-cases/analytics-span.ts';
import { groupUnanswered, MIN_VISITORS } from '../use-cases/group-unanswered.ts';

const MAX_QUESTIONS = 2_000;

const Topics = z.object({
  data: z.array(z.object({ words: z.array(z.string()), questions: z.int(), last_asked_on: z.iso.date() })),
  min_visitors: z.int(),
});

export const listUnansweredTopics = route({
  method: 'GET',
  path: '/v1/hub/analytics/unanswered',
  permission: 'analytics:read',
  summary: 'What visitors of the last 30 days asked without an answer, by words that several of them used',
  output: { 200: Topics },
  run: async ({ caller, use }) => {
    const { from } = analyticsSpan({});
    const rows = await use.readInTenant(caller, ({ analytics }) => analytics.refusedQuestions(from, MAX_QUESTIONS));
    return { data: groupUnanswered(rows), min_visitors: MIN_VISITORS };
  },
});
