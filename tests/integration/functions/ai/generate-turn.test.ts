import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AnswerCache, openAnswerCache } from '../../../../functions/ai/gateways/answer-cache.ts';
import { openVectorIndex } from '../../../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../../../functions/ai/gateways/ollama.ts';
import { readAnswerSettings } from '../../../../functions/ai/repositories/answer-settings.ts';
import { openDueWork } from '../../../../functions/ai/repositories/due-work.ts';
import { passagesTable } from '../../../../functions/ai/repositories/passages.ts';
import { openReconciliations } from '../../../../functions/ai/repositories/reconciliations.ts';
import { readVoiceOfTurn } from '../../../../functions/ai/repositories/voices.ts';
import { answerQuestion } from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type GenerateDependencies, generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import { sendDueWork } from '../../../../functions/ai/use-cases/sweep/send-due-work.ts';
import type { FramePoster } from '../../../../shared/channels/channel-adapter.ts';
import { openHttpClient } from '../../../../shared/clients/http-client.ts';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { openTurn } from '../../../../shared/lifecycles/turn/open-turn.ts';
import { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { countCommands } from '../../../support/count-commands.ts';
import { countTransactions } from '../../../support/count-transactions.ts';
import { type KnowledgeBase, openKnowledgeBase } from '../../../support/knowledge-base.ts';
import { noAnswerCache } from '../../../support/no-answer-cache.ts';
import { echoFirstPassage, type ScriptedOllama, startScriptedOllama } from '../../../support/scripted-ollama.ts';
import { requireVariable, type TestDatabase, testDatabase } from '../../../support/test-database.ts';

type Frame = { readonly type: string; readonly seq: number; readonly text?: string } & Record<string, unknown>;

let database: TestDatabase;
let server: ScriptedOllama;
let knowledge: KnowledgeBase;
let redis: RedisClient;
let channel: TenantDatabase;
let deps: GenerateDependencies;
let openDeps: (parts: {
  readonly tenants: TenantDatabase;
  readonly client: RedisClient;
  readonly post: FramePoster;
  readonly answers: Pick<AnswerCache, 'read' | 'write'>;
}) => GenerateDependencies;
const announced: string[] = [];
const pools: { end(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  server = await startScriptedOllama({ firstTokenMs: 10, tokenMs: 2, embeddingMs: () => 1 });
  const http = openHttpClient({ name: `test-${randomUUID()}`, retries: 0, breaker: { failures: 1_000 } });
  const ollama = openOllama({ url: server.url, chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text', http });
  const vectors = openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http });
  knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Guide', text: 'The pottery studio opens at eleven on Sundays and closes at four.' });
  redis = openRedis(requireVariable('TEST_REDIS_URL'));
  const pool = openPool(database.urlFor('channel'));
  pools.push(pool);
  channel = openTenantDatabase(pool);
  openDeps = ({ tenants, client, post, answers }) => ({
    database: tenants,
    stream: openConversationStream({ redis: client, post, handedOnWithinMs: 60_000 }),
    turns: { announce: async ({ turn_id }) => void announced.push(turn_id) },
    answer: (asked) =>
      answerQuestion(
        {
          retrieval: {
            database: tenants,
            ollama,
            vectors,
            passages: passagesTable,
            readSettings: readAnswerSettings,
          },
          ollama,
          thresholds: async () => OFFLINE_THRESHOLDS,
          timeouts: { firstTokenMs: 300, betweenTokensMs: 300 },
          answers,
        },
        asked,
      ),
    readVoice: readVoiceOfTurn,
    isCancelled: async (creatorId, turnId) => (await redis.exists(creatorKey(creatorId, 'turn', turnId, 'cancel'))) > 0,
    chatModel: ollama.chatModel,
  });
  deps = openDeps({ tenants: knowledge.database, client: redis, post: async () => 'sent', answers: noAnswerCache });
});

afterEach(() => {
  server.script.answer = echoFirstPassage;
  server.script.failures = [];
  server.script.tokenMs = 2;
  announced.length = 0;
});

afterAll(async () => {
  await knowledge?.close();
  for (const pool of pools) await pool.end();
  redis?.disconnect();
  await server?.close();
  await database?.drop();
});

/** A conversation with one open turn for each question. */
async function conversationWith(...questions: string[]) {
  const { creatorId } = knowledge;
  const conversationId = randomUUID();
  const messages: TurnMessage[] = [];
  await channel.withTenant(creatorId, async (db) => {
    await db.query(
      `insert into conversations (creator_id, id, visitor_id, origin) values ($1, $2, $3, 'https://example.test')`,
      [creatorId, conversationId, randomUUID()],
    );
    for (const text of questions) {
      const opened = await openTurn(db, { creatorId, conversationId, clientMessageId: randomUUID(), text });
      if (opened.kind === 'conflict') throw new Error('the turn was not opened');
      const ids = { creator_id: creatorId, conversation_id: conversationId, turn_id: opened.turnId };
      messages.push({ kind: 'turn', ...ids });
    }
  });
  const [first] = messages;
  if (!first) throw new Error('no question');
  return { conversationId, first, messages };
}

async function framesOf(conversationId: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  const stream = openConversationStream({
    redis,
    post: async (_, frame) => {
      frames.push(frame as Frame);
      return 'sent';
    },
  });
  const listener = randomUUID();
  await stream.join(knowledge.creatorId, conversationId, listener, 0);
  await stream.leave(knowledge.creatorId, conversationId, listener);
  return frames;
}

const typesOf = (frames: readonly Frame[]) =>
  frames.map((frame) => frame.type).filter((type, place, all) => type !== all[place - 1]);
const saidSinceRestart = (frames: readonly Frame[]) =>
  frames
    .slice(frames.findLastIndex((frame) => frame.type === 'restarted') + 1)
    .flatMap((frame) => (frame.type === 'delta' ? [frame.text] : []))
    .join('');
const turnRow = async (turnId: string) => {
  const rows = await knowledge.database.readAsTenant(knowledge.creatorId, (db) =>
    db.query('select status, finish_reason, error_code from turns where creator_id = $1 and id = $2', [
      knowledge.creatorId,
      turnId,
    ]),
  );
  return rows[0];
};

describe('a turn', () => {
  test('is streamed, cited, stored and completed, once', async () => {
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    await Promise.all([generateTurn(deps, first), generateTurn(deps, first), generateTurn(deps, first)]);

    const frames = await framesOf(conversationId);
    const completed = frames.at(-1);
    expect(typesOf(frames)).toEqual(['delta', 'citations', 'completed']);
    expect(completed).toMatchObject({ refused: false, finish_reason: 'stop' });
    expect(completed?.text).toContain('opens at eleven on Sundays');
    expect(saidSinceRestart(frames)).toBe(completed?.text);
    expect(frames.find((frame) => frame.type === 'citations')?.citations).toHaveLength(1);
    expect(frames.map((frame) => frame.seq)).toEqual(frames.map((_, place) => place + 1));
    expect(await turnRow(first.turn_id)).toMatchObject({ status: 'completed', finish_reason: 'stop' });
  });

  test('that the sources do not answer is refused, with its text as deltas and no citations', async () => {
    const { conversationId, first } = await conversationWith('Who painted the Mona Lisa?');

    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ refused: true, finish_reason: 'stop', text: saidSinceRestart(frames) });
    expect(frames.find((frame) => frame.type === 'citations')?.citations).toEqual([]);
  });

  test('begins anew, visibly, when the model breaks off half way', async () => {
    server.script.failures = [undefined, { kind: 'cut', afterTokens: 4 }];
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-1)?.text).toBe(saidSinceRestart(frames));
  });

  test('fails with a clean error when the model falls silent', async () => {
    server.script.failures = [undefined, { kind: 'stall', afterTokens: 2 }];
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'failed', error: { code: 'UPSTREAM_TIMEOUT', details: {} } });
    expect(await turnRow(first.turn_id)).toMatchObject({ status: 'failed', error_code: 'UPSTREAM_TIMEOUT' });
    await vi.waitFor(() => expect(server.running).toBe(0));
  });

  test('whose answer rests on nothing is taken back, visibly, and refused', async () => {
    server.script.answer = () =>
      'Paris is the capital of France and lies on the river Seine. [1]'.match(/\s*\S+/g) ?? [];
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ refused: true, text: saidSinceRestart(frames) });
    expect(frames.at(-1)?.text).toMatch(/could not find.* what is in “Guide”\.$/);
    expect(frames.at(-2)?.citations).toEqual([]);
  });

  test('ends at its limit though the model never would', async () => {
    server.script.tokenMs = 0;
    server.script.answer = () => Array.from({ length: 5_000 }, () => 'The pottery studio opens at eleven. ');
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'completed', finish_reason: 'length', refused: false });
    expect(String(frames.at(-1)?.text).length).toBeLessThan(40 * 600);
    await vi.waitFor(() => expect(server.running).toBe(0));
  });

  test('that the visitor cancels ends with the text so far, and the model stops', async () => {
    server.script.tokenMs = 150;
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');

    const generating = generateTurn(deps, first);
    await vi.waitFor(async () => expect((await framesOf(conversationId)).length).toBeGreaterThan(0));
    await redis.set(creatorKey(knowledge.creatorId, 'turn', first.turn_id, 'cancel'), '1', 'EX', 60);
    await generating;

    const frames = await framesOf(conversationId);
    expect(frames.at(-1)).toMatchObject({ type: 'completed', finish_reason: 'cancelled', refused: false });
    expect(frames.at(-1)?.text).toBe(saidSinceRestart(frames));
    expect(frames.at(-1)?.text).not.toBe('');
    await vi.waitFor(() => expect(server.running).toBe(0));
  });

  test('that waits behind another of its conversation is sent when that one is done', async () => {
    const { messages } = await conversationWith('When does the studio open on Sundays?', 'And when does it close?');
    const [first, second] = messages;
    if (!first || !second) throw new Error('two turns were opened');

    await generateTurn(deps, second);
    expect(await turnRow(second.turn_id)).toMatchObject({ status: 'open' });
    await generateTurn(deps, first);

    expect(announced).toEqual([second.turn_id]);
  });

  test('costs three changes and one read of Postgres, and a script for each frame and its end', async () => {
    const { conversationId, first } = await conversationWith('How early does the studio open on a Sunday?');
    const client = openRedis(requireVariable('TEST_REDIS_URL'));
    const trips: (keyof TenantDatabase)[] = [];
    const posted: string[] = [];
    const post: FramePoster = async (_connection, { type }) => {
      posted.push(type);
      return 'sent';
    };
    const tenants = countTransactions(knowledge.database, trips);
    const counted = openDeps({ tenants, client, post, answers: openAnswerCache({ redis: client }) });
    const channelStream = openConversationStream({ redis, post: async () => 'sent' });
    await channelStream.join(knowledge.creatorId, conversationId, 'socket');
    const accepted = { type: 'accepted' as const, client_message_id: randomUUID(), message_id: randomUUID() };
    await channelStream.append(knowledge.creatorId, conversationId, { ...accepted, turn_id: first.turn_id });
    server.script.tokenMs = 10;
    const commands = countCommands(client);

    await generateTurn(counted, first);

    expect(trips.toSorted()).toEqual(['changeAtOnce', 'changeAtOnce', 'changeAtOnce', 'readAsTenant']);
    expect(new Set(posted)).toEqual(new Set(['delta', 'citations', 'completed']));
    expect(Object.fromEntries(commands)).toMatchObject({ evalsha: posted.length + 1, hget: 1, hset: 1 });
    expect(announced).toEqual([]);
    client.disconnect();
  });

  test('that repeats another costs no more than its own start and end', async () => {
    const trips: (keyof TenantDatabase)[] = [];
    const tenants = countTransactions(knowledge.database, trips);
    const answers = openAnswerCache({ redis });
    const counted = openDeps({ tenants, client: redis, post: async () => 'sent', answers });
    const question = 'At what hour does the studio open on Sundays?';
    await generateTurn(counted, (await conversationWith(question)).first);
    const { first } = await conversationWith(question);
    const calls = server.chats.length + server.embeddings.length;
    trips.length = 0;

    await generateTurn(counted, first);

    expect(trips.toSorted()).toEqual(['changeAtOnce', 'changeAtOnce', 'changeAtOnce', 'readAsTenant']);
    expect(server.chats.length + server.embeddings.length).toBe(calls);
  });

  test('whose worker vanished is resumed by the next one, with restarted first', async () => {
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');
    await knowledge.database.withTenant(knowledge.creatorId, (db) =>
      db.query(
        `update turns set attempt = 1, lease_owner = $3, lease_until = now() - interval '1 second'
        where creator_id = $1 and id = $2`,
        [knowledge.creatorId, first.turn_id, randomUUID()],
      ),
    );

    await generateTurn(deps, first);

    expect(typesOf(await framesOf(conversationId))).toEqual(['restarted', 'delta', 'citations', 'completed']);
  });

  test('whose worker ends before the answer is stored shows the citations of the answer that is', async () => {
    const { conversationId, first } = await conversationWith('When does the studio open on Sundays?');
    const { creatorId } = knowledge;
    const database: TenantDatabase = {
      ...knowledge.database,
      changeAtOnce: (id, work) =>
        knowledge.database.changeAtOnce(id, (db) =>
          work({
            query: async (sql, values) => {
              if (sql.includes("set status = 'completed'")) throw new Error('the worker ended');
              return db.query(sql, values);
            },
          }),
        ),
    };
    server.script.answer = () => ['The studio closes at four on Sundays.', ' [1]'];
    await expect(generateTurn({ ...deps, database }, first)).rejects.toThrow('the worker ended');

    server.script.answer = () => ['The pottery studio opens at eleven', ' on Sundays', ' [1].', ' Come early.'];
    await generateTurn(deps, first);

    const frames = await framesOf(conversationId);
    const [stored] = await knowledge.database.readAsTenant(creatorId, (db) =>
      db.query("select citations, text from messages where creator_id = $1 and turn_id = $2 and role = 'assistant'", [
        creatorId,
        first.turn_id,
      ]),
    );
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-2)).toMatchObject({ citations: stored?.citations });
    expect(frames.at(-1)).toMatchObject({ text: stored?.text });
    expect(stored?.text).toContain('opens at eleven');
  });

  test('that five workers began and none ended fails, and the conversation goes on', async () => {
    const { conversationId, messages } = await conversationWith('When does the studio open?', 'And on Sundays?');
    const [first, second] = messages;
    if (!first || !second) throw new Error('two turns were opened');
    await knowledge.database.withTenant(knowledge.creatorId, (db) =>
      db.query('update turns set attempt = 5 where creator_id = $1 and id = $2', [knowledge.creatorId, first.turn_id]),
    );

    await generateTurn(deps, first);

    expect(typesOf(await framesOf(conversationId))).toEqual(['failed']);
    expect(announced).toEqual([second.turn_id]);
  });
});

test('a turn past its deadline that nobody works on is ended, told as timed out, and the next one is sent', async () => {
  const { conversationId, messages } = await conversationWith('When does the studio open?', 'And when does it close?');
  const [overdue, next] = messages;
  if (!overdue || !next) throw new Error('no turns');
  await knowledge.database.withTenant(knowledge.creatorId, (db) =>
    db.query("update turns set deadline_at = now() - interval '1 second' where creator_id = $1 and id = $2", [
      knowledge.creatorId,
      overdue.turn_id,
    ]),
  );
  const pool = openPool(database.urlFor('ai'));
  pools.push(pool);
  const sent: Record<string, unknown>[] = [];
  const queue = { send: async (message: Record<string, unknown>) => void sent.push(message) };

  await sendDueWork({
    ...{ database: knowledge.database, due: openDueWork(pool, 'nomic-embed-text'), ingestQueue: queue },
    ...{ reconciliations: openReconciliations, turnsQueue: queue },
  });
  const told = sent.filter((message) => message.turn_id === overdue.turn_id);
  for (const message of told) await generateTurn(deps, TurnMessage.parse(message));

  expect(told).toHaveLength(1);
  const frames = await framesOf(conversationId);
  expect(frames.map((frame) => frame.type)).toEqual(['failed']);
  expect(frames[0]).toMatchObject({ turn_id: overdue.turn_id, error: { code: 'UPSTREAM_TIMEOUT' } });
  expect(announced).toEqual([next.turn_id]);
});
