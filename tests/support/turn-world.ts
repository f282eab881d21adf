import { randomUUID } from 'node:crypto';
import type { AnswerCache } from '../../functions/ai/gateways/answer-cache.ts';
import { openVectorIndex } from '../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../functions/ai/repositories/passages.ts';
import { readVoiceOfTurn } from '../../functions/ai/repositories/voices.ts';
import { answerQuestion } from '../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../functions/ai/use-cases/answer/decide-refusal.ts';
import type { GenerateDependencies } from '../../functions/ai/use-cases/answer/generate-turn.ts';
import { openPlaceTeller } from '../../functions/ai/use-cases/answer/tell-places.ts';
import { openCancelWatch } from '../../functions/ai/use-cases/answer/watch-cancels.ts';
import type { FramePoster } from '../../shared/channels/channel-adapter.ts';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import type { RedisClient } from '../../shared/clients/redis.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { openConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import { openCancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import { openTurn } from '../../shared/lifecycles/turn/open-turn.ts';
import type { TurnMessage } from '../../shared/models/turn-message.ts';
import { type KnowledgeBase, openKnowledgeBase } from './knowledge-base.ts';
import { noAnswerCache } from './no-answer-cache.ts';
import { echoFirstPassage } from './scripted-answers.ts';
import { type ScriptedOllama, startScriptedOllama } from './scripted-ollama.ts';
import { requireVariable, type TestDatabase, testDatabase } from './test-database.ts';
import { openTestRedis } from './test-redis.ts';

export type Frame = { readonly type: string; readonly seq: number; readonly text?: string } & Record<string, unknown>;

export interface TurnParts {
  readonly tenants: TenantDatabase;
  readonly client: RedisClient;
  readonly post: FramePoster;
  readonly answers: Pick<AnswerCache, 'read' | 'write'>;
}

/** A creator with one guide, the scripted model, and all that the generation of turns works with. */
export interface TurnWorld {
  readonly database: TestDatabase;
  readonly server: ScriptedOllama;
  readonly knowledge: KnowledgeBase;
  readonly redis: RedisClient;
  readonly deps: GenerateDependencies;
  /** The turns that were sent to the queue, in order. */
  readonly announced: string[];
  openDeps(parts: TurnParts): GenerateDependencies;
  /** A conversation with one open turn for each question. */
  conversationWith(
    ...questions: string[]
  ): Promise<{ readonly conversationId: string; readonly first: TurnMessage; readonly messages: TurnMessage[] }>;
  framesOf(conversationId: string): Promise<Frame[]>;
  turnRow(turnId: string): Promise<Record<string, unknown> | undefined>;
  /** Back to how it was opened. */
  calm(): void;
  close(): Promise<void>;
}

export async function openTurnWorld(): Promise<TurnWorld> {
  const database = await testDatabase();
  const server = await startScriptedOllama({ firstTokenMs: 10, tokenMs: 2, embeddingMs: () => 1 });
  const http = openHttpClient({ name: `test-${randomUUID()}`, retries: 0, breaker: { failures: 1_000 } });
  const ollama = openOllama({ url: server.url, chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text', http });
  const vectors = openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http });
  const knowledge = await openKnowledgeBase({ database, ollama, vectors });
  await knowledge.add({ title: 'Guide', text: 'The pottery studio opens at eleven on Sundays and closes at four.' });
  const redis = openTestRedis();
  const pool = openPool(database.urlFor('channel'));
  const channel = openTenantDatabase(pool);
  const announced: string[] = [];
  const openDeps = ({ tenants, client, post, answers }: TurnParts): GenerateDependencies => {
    const stream = openConversationStream({ redis: client, post, handedOnWithinMs: 60_000 });
    return {
      database: tenants,
      stream,
      places: openPlaceTeller(stream),
      turns: { announce: async ({ turn_id }) => void announced.push(turn_id) },
      answer: (asked) =>
        answerQuestion(
          {
            retrieval: {
              ...{ database: tenants, ollama, vectors },
              ...{ passages: passagesTable, readSettings: readAnswerSettings },
            },
            ollama,
            readBasis: readAnswerBasis,
            thresholds: async () => OFFLINE_THRESHOLDS,
            timeouts: { firstTokenMs: 300, betweenTokensMs: 300 },
            answers,
          },
          asked,
        ),
      readBasis: readAnswerBasis,
      readVoice: readVoiceOfTurn,
      cancels: openCancelWatch(openCancelSignal(redis)),
      readLostRight: async () => undefined,
      dismissPage: async () => {},
      chatModel: ollama.chatModel,
    };
  };
  return {
    ...{ database, server, knowledge, redis, announced, openDeps },
    deps: openDeps({ tenants: knowledge.database, client: redis, post: async () => 'sent', answers: noAnswerCache }),
    conversationWith: (...questions) => openConversation(channel, knowledge.creatorId, questions),
    framesOf: (conversationId) => readFrames(redis, knowledge.creatorId, conversationId),
    turnRow: async (turnId) => {
      const [row] = await knowledge.database.readAsTenant(knowledge.creatorId, (db) =>
        db.query('select status, finish_reason, error_code, announced from turns where creator_id = $1 and id = $2', [
          knowledge.creatorId,
          turnId,
        ]),
      );
      return row;
    },
    calm: () => {
      server.script.answer = echoFirstPassage;
      server.script.failures = [];
      server.script.tokenMs = 2;
      announced.length = 0;
    },
    close: async () => {
      await knowledge.close();
      await pool.end();
      redis.disconnect();
      await server.close();
      await database.drop();
    },
  };
}

async function openConversation(channel: TenantDatabase, creatorId: string, questions: readonly string[]) {
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

async function readFrames(redis: RedisClient, creatorId: string, conversationId: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  const stream = openConversationStream({
    redis,
    post: async (_, frame) => {
      frames.push(frame as Frame);
      return 'sent';
    },
  });
  const listener = randomUUID();
  await stream.join(creatorId, conversationId, listener, 0);
  await stream.leave(creatorId, conversationId, listener);
  return frames;
}

/** The frames' types, of neighbours that are alike one. */
export const typesOf = (frames: readonly Frame[]) =>
  frames.map((frame) => frame.type).filter((type, place, all) => type !== all[place - 1]);

export const saidSinceRestart = (frames: readonly Frame[]) =>
  frames
    .slice(frames.findLastIndex((frame) => frame.type === 'restarted') + 1)
    .flatMap((frame) => (frame.type === 'delta' ? [frame.text] : []))
    .join('');
