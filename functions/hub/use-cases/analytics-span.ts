import { ValidationError } from '../../../shared/errors/validation-error.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** Nothing was counted earlier, and no earlier day can be asked for. */
const FIRST_DAY = '2000-01-01';
const MAX_DAYS = 366;

export interface Span {
  /** Days (UTC), both included. */
  readonly from: string;
  readonly to: string;
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The last 30 days unless asked otherwise. @throws ValidationError for days in the wrong order, or too many of them */
export function analyticsSpan(asked: Partial<Span>, now: Date = new Date()): Span {
  const to = asked.to ?? dayOf(now.getTime());
  const from = asked.from ?? dayOf(Math.max(Date.parse(FIRST_DAY), Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS));
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days >= 1 && days <= MAX_DAYS) return { from, to };
  throw new ValidationError([{ path: 'from', message: `Ask for 1 to ${MAX_DAYS} days, the first of them in "from".` }]);
}
