import type { StreamFilter } from '../../functions/ai/use-cases/guard/stream-filter.ts';

/** What a filter lets through of a text that arrives in pieces of `size` characters. */
export function pushThrough(filter: StreamFilter, text: string, size = 3): string {
  let out = '';
  for (let start = 0; start < text.length; start += size) out += filter.push(text.slice(start, start + size));
  return out + filter.end();
}
