import * as z from 'zod';
import { readDailyAnswers, spendingOf } from '../../../shared/database/daily-answers.ts';
import { route } from '../hub-route.ts';

const Usage = z.object({
  /** Given today (UTC), and accepted but not yet given. */
  answers_today: z.number().int(),
  answers_under_way: z.number().int(),
  /** Null is no limit. */
  daily_spend_limit: z.number().int().nullable(),
  /** `near` from 80 % of the limit on; `reached` means that visitors are told to come back tomorrow. */
  spending: z.enum(['open', 'near', 'reached']),
});

export const getUsage = route({
  method: 'GET',
  path: '/v1/hub/usage',
  permission: 'analytics:read',
  summary: 'How the day stands against the daily spend limit',
  output: { 200: Usage },
  run: ({ caller, use }) =>
    use.readInTenant(caller, async ({ db, creatorId }) => {
      const day = await readDailyAnswers(db, creatorId);
      return {
        answers_today: day.given,
        answers_under_way: day.underWay,
        daily_spend_limit: day.limit ?? null,
        spending: spendingOf(day),
      };
    }),
});
