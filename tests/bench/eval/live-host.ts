import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { smallTalkIn } from '../../../shared/language/small-talk.ts';
import { Citation } from '../../../shared/models/citation.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { QuestionSet } from './read-sets.ts';

/** A creator on a running host, by an API key. */
export interface LiveHost {
  /** Permission `answers:create`. */
  measure(set: QuestionSet): Promise<Outcome[]>;
  /** Permission `account:manage`. */
  setThreshold(threshold: number): Promise<void>;
  /** What visitors asked and were refused, each once, most often asked first. Permission `conversations:read`. */
  unanswered(): Promise<{ readonly question: string; readonly asked: number }[]>;
}

const Found = z.object({ results: z.array(z.object({ chunk_id: z.string(), text: z.string() })) });
const Answered = z.object({
  ...{ answer: z.string(), refused: z.boolean(), evidence: z.number(), citations: z.array(Citation) },
});
const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), next_cursor: z.string().nullable() });
const Conversations = page(z.object({ id: z.string() }));
const Messages = page(
  z.object({ turn_id: z.string().nullish(), role: z.string(), text: z.string(), refused: z.boolean().nullish() }),
);

/** Where the host of this data folder listens. @throws Error when none runs */
export function runningHost(dataFolder: string): string {
  try {
    return z
      .object({ rest_url: z.string() })
      .parse(JSON.parse(readFileSync(join(dataFolder, 'endpoints.json'), 'utf8'))).rest_url;
  } catch (error) {
    throw new Error(`no host runs on ${dataFolder}: start one, or name one with --host`, { cause: error });
  }
}

export function openLiveHost(url: string, apiKey: string): LiveHost {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const all = async <T>(path: string, schema: z.ZodType<{ data: T[]; next_cursor: string | null }>): Promise<T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { data, next_cursor } = schema.parse(await call('GET', `${path}?${query}`));
      items.push(...data);
      cursor = next_cursor;
    }
    return items;
  };
  return {
    async measure({ questions }) {
      const outcomes: Outcome[] = [];
      for (const asked of questions) {
        const { question } = asked;
        const { results } = Found.parse(await call('POST', '/v1/ai/search', { query: question, limit: 5 }));
        const answered = Answered.parse(await call('POST', '/v1/ai/answers', { question }));
        const found = results.map(({ chunk_id: chunkId, text }) => ({ chunkId, text }));
        outcomes.push(outcomeOf(asked, found, { ...answered, text: answered.answer }));
      }
      return outcomes;
    },
    async setThreshold(threshold) {
      await call('PATCH', '/v1/hub/settings', { refusal_threshold: threshold });
    },
    async unanswered() {
      const counts = new Map<string, { question: string; asked: number }>();
      for (const { id } of await all('/v1/hub/conversations', Conversations)) {
        for (const question of refusedIn(await all(`/v1/hub/conversations/${id}/messages`, Messages))) {
          const key = question
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
            .trim();
          const known = counts.get(key) ?? { question, asked: 0 };
          counts.set(key, { ...known, asked: known.asked + 1 });
        }
      }
      return [...counts.values()].sort((a, b) => b.asked - a.asked || (a.question < b.question ? -1 : 1));
    },
  };
}

type Message = z.infer<typeof Messages>['data'][number];

/** A question and its answer share their turn; a greeting is none. */
function refusedIn(messages: readonly Message[]): string[] {
  return messages
    .filter(({ role, refused }) => role === 'assistant' && refused)
    .flatMap(({ turn_id }) => messages.find((each) => each.role === 'visitor' && each.turn_id === turn_id)?.text ?? [])
    .filter((question) => !smallTalkIn(question));
}
