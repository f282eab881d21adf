import { randomUUID } from 'node:crypto';
import { openVectorIndex, type VectorIndex } from '../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../functions/ai/gateways/ollama.ts';
import { readAnswerBasis } from '../../functions/ai/repositories/answer-basis.ts';
import { readAnswerSettings } from '../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../functions/ai/repositories/passages.ts';
import { readVoiceOfTurn } from '../../functions/ai/repositories/voices.ts';
import { answerQuestion } from '../../functions/ai/use-cases/answer/answer-question.ts';
import { OFFLINE_THRESHOLDS } from '../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type GenerateDependencies, generateTurn } from '../../functions/ai/use-cases/answer/generate-turn.ts';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import type { NumberedFrameBody } from '../../shared/lifecycles/conversation/frames.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { noAnswerCache } from './no-answer-cache.ts';
import { echoFirstPassage } from './scripted-answers.ts';
import type { OllamaScript } from './scripted-ollama.ts';
import { requireVariable } from './test-database.ts';
import { openTurnWorld, type TurnWorld } from './turn-world.ts';

/** Where no wait runs out it is as long as in life: the machine may be busy. */
export const PATIENT = { firstTokenMs: 30_000, betweenTokensMs: 10_000 };
export const IMPATIENT = { firstTokenMs: 300, betweenTokensMs: 100 };
const QUESTION = 'When does the pottery studio open on Sundays?';
const CALM: Partial<OllamaScript> = {
  ...{ firstTokenMs: 5, tokenMs: 1, embeddingMs: () => 1, answer: echoFirstPassage, dimensions: 768 },
  ...{ slots: Number.POSITIVE_INFINITY, queue: 512, promptTokens: (characters: number) => Math.ceil(characters / 4) },
};

interface Parts {
  readonly world: TurnWorld;
  readonly vectors: Pick<VectorIndex, 'open' | 'query'>;
  readonly chroma: { isGone: boolean };
}

interface Asking {
  readonly question?: string;
  readonly ollamaUrl?: string;
  readonly timeouts?: typeof PATIENT;
  /** How long the function may go on. */
  readonly withinMs?: number;
  /** How long is waited for the embedding. */
  readonly embeddingMs?: number;
}

/** The world of turns, in which the model and Chroma fail as told; a turn's stream is a list. */
export async function openFaultWorld() {
  const world = await openTurnWorld();
  const { server, knowledge, announced, close } = world;
  const chroma = { isGone: false };
  const http = openHttpClient({ name: `faults-chroma-${randomUUID()}` });
  const parts = { world, chroma, vectors: openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http }) };
  const answer = async (
    message: Parameters<typeof generateTurn>[1],
    { ollamaUrl, timeouts, withinMs = 120_000, embeddingMs = 30_000 }: Asking = {},
  ) => {
    const frames: NumberedFrameBody[] = [];
    const work = () =>
      generateTurn(dependencies(parts, frames, { ollamaUrl: ollamaUrl ?? server.url, timeouts, embeddingMs }), message);
    const scope = { requestId: 'a-turn-of-faults', service: 'ai-generate', deadlineAtMs: Date.now() + withinMs };
    await runInScope(scope, work);
    return frames;
  };
  return {
    ...{ server, knowledge, announced, close, chroma, answer, database: world.database },
    /** What the visitor sees of a question, and how often the model was asked for an answer. */
    ask: async (script: Partial<OllamaScript>, options: Asking = {}) => {
      Object.assign(server.script, CALM, script);
      const before = server.chats.length;
      const { first: message } = await world.conversationWith(options.question ?? QUESTION);
      const frames = await answer(message, options);
      const types = frames.map(({ type }) => type).filter((type, place, all) => type !== all[place - 1]);
      return { frames, types, end: frames.at(-1), chats: server.chats.length - before, message };
    },
    /** Nothing fails any more. */
    calm: () => {
      Object.assign(server.script, CALM, { failures: [] });
      chroma.isGone = false;
    },
  };
}

export type FaultWorld = Awaited<ReturnType<typeof openFaultWorld>>;

/** Everything of a turn but the stream, which is a list here; each turn has its own breaker and addresses. */
function dependencies(
  { world, vectors, chroma }: Parts,
  frames: NumberedFrameBody[],
  { ollamaUrl, timeouts = PATIENT, embeddingMs }: Pick<Asking, 'timeouts'> & { ollamaUrl: string; embeddingMs: number },
): GenerateDependencies {
  const http = openHttpClient({
    name: `faults-${randomUUID()}`,
    retries: 0,
    timeoutMs: 30_000,
    downStatuses: new Set([502]),
  });
  const ollama = openOllama({ url: ollamaUrl, chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text', http });
  const append = async (_: string, __: string, frame: NumberedFrameBody) => ({ seq: frames.push(frame) });
  return {
    database: world.knowledge.database,
    stream: {
      append,
      lastSeq: async () => frames.length,
      letGo: async () => {},
      deltaWriter: (creatorId, conversationId, turnId) => {
        let last: Promise<{ seq: number }> | undefined;
        return {
          write: (text) => {
            last = append(creatorId, conversationId, { type: 'delta', turn_id: turnId, text });
          },
          flush: async () => (await last)?.seq,
        };
      },
    },
    turns: { announce: async ({ turn_id }) => void world.announced.push(turn_id) },
    places: { readDue: async () => [], tell: async () => {} },
    answer: (asked) =>
      answerQuestion(
        {
          retrieval: {
            ...{
              database: world.knowledge.database,
              ollama,
              passages: passagesTable,
              readSettings: readAnswerSettings,
              embeddingTimeoutMs: embeddingMs,
            },
            vectors: {
              open: (id) => vectors.open(id),
              query: (...args) => (chroma.isGone ? Promise.reject(new Error('gone')) : vectors.query(...args)),
            },
          },
          ollama,
          readBasis: readAnswerBasis,
          thresholds: async () => OFFLINE_THRESHOLDS,
          timeouts,
          answers: noAnswerCache,
        },
        asked,
      ),
    readBasis: readAnswerBasis,
    readVoice: readVoiceOfTurn,
    cancels: { watch: () => () => {} },
    readLostRight: async () => undefined,
    dismissPage: async () => {},
    chatModel: ollama.chatModel,
    pausesMs: [2, 10, 20, 40, 80],
  };
}
