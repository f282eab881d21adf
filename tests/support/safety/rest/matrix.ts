import type { RestAnswer, RestRequest } from '../../rest-event.ts';
import { AUTH_ENTRIES } from './entries-auth.ts';
import { HUB_ENTRIES } from './entries-hub.ts';
import { AI_ENTRIES, CHANNEL_ENTRIES, OPERATIONS_ENTRIES } from './entries-others.ts';
import type { RouteEntry } from './entry.ts';
import type { ServedRoute } from './services.ts';

export const ENTRIES: Readonly<Record<string, RouteEntry>> = {
  ...AUTH_ENTRIES,
  ...HUB_ENTRIES,
  ...AI_ENTRIES,
  ...CHANNEL_ENTRIES,
  ...OPERATIONS_ENTRIES,
};

export const nameOf = ({ method, path }: Pick<ServedRoute, 'method' | 'path'>) => `${method} ${path}`;

/** @throws Error for a route that nobody has thought of yet */
export function entryOf(route: ServedRoute): RouteEntry {
  const entry = ENTRIES[nameOf(route)];
  if (!entry) throw new Error(`${nameOf(route)} has no entry in tests/support/safety/rest`);
  return entry;
}

export const pathWith = (route: ServedRoute, id: string) => route.path.replace(/\{\w+\}/, id);

/** Later ones win; headers are joined. */
export function merge(...requests: readonly RestRequest[]): RestRequest {
  return Object.assign({}, ...requests, { headers: Object.assign({}, ...requests.map(({ headers }) => headers)) });
}

/** Headers that differ from call to call whatever was asked. */
const CHANGING = new Set(['X-Request-ID', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After']);

/** An answer without what may differ between two of the same: request id, time, and what is left of a limit. */
export function comparable(answer: RestAnswer): unknown {
  const headers = Object.entries(answer.headers).filter(([name]) => !CHANGING.has(name));
  const text = answer.text
    .replace(/"request_id":"[^"]*"/g, '"request_id":"…"')
    .replace(/"timestamp":"[^"]*"/g, '"timestamp":"…"');
  return { status: answer.status, headers: Object.fromEntries(headers.sort()), text };
}
