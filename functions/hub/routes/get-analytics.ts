import * as z from 'zod';
import { route } from '../hub-route.ts';
import { analyticsSpan } from '../use-cases/analytics-span.ts';

/** Years that Postgres and JavaScript read alike. */
const Day = z.iso.date().regex(/^20/);
const SpanQuery = z.strictObject({ from: Day.optional(), to: Day.optional() });

const Counts = z.object({
  conversations: z.int(),
  turns: z.int(),
  answered: z.int(),
  refused: z.int(),
  failed: z.int(),
  feedback_up: z.int(),
  feedback_down: z.int(),
  /** Over sockets and REST together, also of conversations that were erased since. */
  answers: z.int(),
  prompt_tokens: z.int(),
  answer_tokens: z.int(),
  searches: z.int(),
});
const NAMES = Object.keys(Counts.shape) as (keyof z.output<typeof Counts>)[];

export const getAnalytics = route({
  method: 'GET',
  path: '/v1/hub/analytics',
  permission: 'analytics:read',
  summary: 'Counts for each day (UTC, both ends included; the last 30 unless asked) and their sums; no personal data',
  input: { query: SpanQuery },
  output: { 200: z.object({ from: Day, to: Day, days: z.array(Counts.extend({ day: Day })), totals: Counts }) },
  run: async ({ query, caller, use }) => {
    const span = analyticsSpan(query);
    const days = await use.readInTenant(caller, ({ analytics }) => analytics.days(span.from, span.to));
    const totals = Object.fromEntries(NAMES.map((name) => [name, days.reduce((sum, day) => sum + day[name], 0)]));
    return { ...span, days, totals };
  },
});
