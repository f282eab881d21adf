import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerCache, openAnswerCache } from '../../../../functions/ai/gateways/answer-cache.ts';
import { openVectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import {
  type Answer,
  answerQuestion,
  type QuestionAsked,
} from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { openHttpClient } from '../../../../shared/clients/http-client.ts';
import type { RedisClient } from '../../../../shared/clients/redis.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { type ScriptedOllama, startScriptedOllama } from '../../../support/scripted-ollama.ts';
import { requireVariable, type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { openTestRedis } from '../../../support/test-redis.ts';

const QUESTION = 'When does the pottery studio open on Sundays?';

let database: TestDatabase;
let server: ScriptedOllama;
let knowledge: KnowledgeBase;
let redis: RedisClient;
let cache: AnswerCache;
let ask: (asked: Partial<QuestionAsked>) => Promise<Answer>;

beforeAll(async () => {
  database = await testDatabase();
  server = await startScriptedOllama({ firstTokenMs: 0, tokenMs: 0, embeddingMs: () => 0 });
  const http = openHttpClient({ name: `test-${randomUUID()}` });
  const ollama = openOllama({ url: server.url, chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text', http });
  const vectors = openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http });
  knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Guide', text: 'The pottery studio opens at eleven on Sundays.' });
  redis = openTestRedis();
  cache = openAnswerCache({ redis });
  ask = (asked) =>
    answerQuestion(
      {
        retrieval: {
          ...{ database: knowledge.database, ollama, vectors },
          ...{ passages: passagesTable, readSettings: readAnswerSettings },
        },
        ollama,
        readBasis: readAnswerBasis,
        thresholds: async () => OFFLINE_THRESHOLDS,
        timeouts: { firstTokenMs: 5_000, betweenTokensMs: 5_000 },
        answers: cache,
      },
      {
        ...{ creatorId: knowledge.creatorId, question: QUESTION, history: [], voice: undefined },
        ...{ signal: new AbortController().signal, onText: () => {} },
        ...asked,
      },
    );
});

afterEach(() => cache.forget(knowledge.creatorId));

afterAll(async () => {
  await knowledge?.close();
  redis?.disconnect();
  await server?.close();
  await database?.drop();
});

async function modelCallsOf(work: () => Promise<unknown>): Promise<number> {
  const before = server.chats.length + server.embeddings.length;
  await work();
  return server.chats.length + server.embeddings.length - before;
}

describe('a question that was asked before', () => {
  test('is answered without any model, whatever its blanks and case', async () => {
    const first = await ask({});
    const pieces: string[] = [];

    const calls = await modelCallsOf(() =>
      ask({ question: `  ${QUESTION.toUpperCase()} `, onText: (text) => pieces.push(text) }),
    );

    expect(first.refused).toBe(false);
    expect(calls).toBe(0);
    expect(pieces.join('')).toBe(first.text);
    expect(await ask({})).toMatchObject({ text: first.text, citations: first.citations });
  });

  test('is answered anew once the material has changed', async () => {
    await ask({});
    await knowledge.add({ title: 'Change', text: 'On Sundays the pottery studio now opens at noon.' });

    expect(await modelCallsOf(() => ask({}))).toBe(2);
  });

  test('is answered anew within a conversation and for another voice', async () => {
    await ask({});

    const history = [{ role: 'visitor' as const, text: 'Tell me about the pottery studio.' }];
    const voice = { name: 'Other', instructions: 'Be brief.', locale: 'en' };
    expect(await modelCallsOf(() => ask({ history }))).toBe(2);
    expect(await modelCallsOf(() => ask({ voice }))).toBe(2);
  });

  test('stands nowhere in Redis, and its answer is gone when the creator’s answers are forgotten', async () => {
    await ask({});
    const key = creatorKey(knowledge.creatorId, 'answers');
    const kept = JSON.stringify(await redis.hgetall(key));

    await cache.forget(knowledge.creatorId);

    expect(kept).toContain('opens at eleven');
    expect(kept.toLowerCase()).not.toContain(QUESTION.toLowerCase());
    expect(JSON.stringify(await redis.hgetall(key))).not.toContain('opens at eleven');
    expect(await redis.hlen(key)).toBe(1);
    expect(await redis.ttl(key)).toBeGreaterThan(0);
  });

  test.each([
    ['for the first time', async () => {}],
    ['once more', () => cache.forget(knowledge.creatorId)],
  ])('is not kept when the answers are forgotten %s while it is being answered', async (_, before) => {
    await before();

    const { text } = await ask({
      takeAnswer: () => cache.forget(knowledge.creatorId),
    });

    expect(text).toContain('opens at eleven');
    expect(JSON.stringify(await redis.hgetall(creatorKey(knowledge.creatorId, 'answers')))).not.toContain('eleven');
    expect(await modelCallsOf(() => ask({}))).toBe(2);
    expect(await modelCallsOf(() => ask({}))).toBe(0);
  });
});

test('beyond the answers of a day the model is not asked, and refusals still cost nothing', async () => {
  const { creatorId } = knowledge;
  const hub = openPool(database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(creatorId, (db) =>
    db.query('insert into creator_settings (creator_id, daily_spend_limit) values ($1, 2)', [creatorId]),
  );
  await hub.end();
  await knowledge.database.withTenant(creatorId, (db) => countUsage(db, creatorId, { answers: 2 }));

  await expect(ask({ question: 'Does the pottery studio open on Sundays?' })).rejects.toMatchObject({
    code: 'SPEND_LIMIT_REACHED',
  });
  expect(await ask({ question: 'Hello!' })).toMatchObject({ refused: true });
});
