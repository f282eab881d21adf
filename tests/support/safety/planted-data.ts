import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import type { RunningHost } from '../running-host.ts';

/** Words that stand nowhere else, by what they are. */
export function plantedWords() {
  const mark = randomUUID().slice(0, 8);
  const word = (what: string) => `planted${what}${mark}`;
  return {
    email: `${word('mail')}@example.org`,
    strangersEmail: `${word('stranger')}@example.org`,
    person: word('person'),
    password: `${word('password')} and more`,
    document: word('document'),
    filename: word('filename'),
    question: word('question'),
    answer: word('answer'),
    comment: word('comment'),
    widget: word('widget'),
    key: word('key'),
    path: word('path'),
    header: word('header'),
    frame: word('frame'),
    token: `${word('token')}.${word('token')}.x`,
  };
}

/** Which of the words stand where an operator reads: function logs (metric lines among them), and what the host said. */
export async function wordsInLogs(host: RunningHost, words: readonly string[]): Promise<string[]> {
  const texts = new Map([['output', host.output()]]);
  for (const name of await readdir(join(host.dataFolder, 'logs'), { recursive: true })) {
    if (name.endsWith('.log')) texts.set(name, await readFile(join(host.dataFolder, 'logs', name), 'utf8'));
  }
  return [...texts].flatMap(([name, text]) => wordsIn(text, words).map((word) => `${name}: ${word}`));
}

export function wordsIn(text: string, words: readonly string[]): string[] {
  const plain = text.toLowerCase();
  return words.filter((word) => plain.includes(word.toLowerCase()));
}

/** The tables that are for counting and for the trail, as the hub sees those of one creator. */
export async function analyticsTables(host: RunningHost, creatorId: string): Promise<string> {
  const client = new pg.Client({ connectionString: serviceDatabaseUrl(host.endpoints.database_url, 'hub') });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select app.enter_tenant($1)', [creatorId]);
    const usage = await client.query('select u::text as row from usage u where creator_id = $1', [creatorId]);
    const trail = await client.query('select a::text as row from audit_events a where creator_id = $1', [creatorId]);
    return [...usage.rows, ...trail.rows].map(({ row }) => row).join('\n');
  } finally {
    await client.end();
  }
}
