import { Ollama } from 'ollama/browser';
import { APIError } from '../../../shared/errors/api-error.ts';
import { type ModelStates, statesOfModels } from '../../../shared/models/model-states.ts';
import { boundFetch } from './ollama-fetch.ts';
import { silenceWatch } from './silence-watch.ts';
import { ollamaFailure } from './upstream-failure.ts';

/** nomic-embed-text; another width is another model and never compares. */
const EMBEDDING_DIMENSIONS = 768;
/** The context of nomic-embed-text. */
const EMBEDDING_CONTEXT = 2_048;

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A piece of an answer; `end` comes once, last, with what Ollama counted (0 where it does not tell). */
export type ChatPart =
  | { readonly type: 'token'; readonly text: string }
  | {
      readonly type: 'end';
      readonly reason: 'stop' | 'length';
      readonly promptTokens: number;
      readonly answerTokens: number;
    };

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Always sent: the server's own default cuts long prompts silently. */
  readonly numCtx: number;
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
  /** Until the first token, loading of the model included. */
  readonly firstTokenTimeoutMs?: number;
  readonly betweenTokensTimeoutMs?: number;
}

export interface OllamaGateway {
  readonly chatModel: string;
  readonly embeddingModel: string;
  /**
   * One vector of 768 per text, in order, in one call. Queries that are too long are cut; documents never are: a
   * chunk beyond the model's context is an error.
   *
   * @throws APIError DEPENDENCY_UNAVAILABLE, UPSTREAM_FAILED or UPSTREAM_TIMEOUT
   */
  embed(texts: readonly string[], kind: 'query' | 'document', signal?: AbortSignal): Promise<number[][]>;
  /**
   * The answer as it is made, closed by exactly one `end`. Leaving the loop early, or aborting the signal, ends the
   * request at the server as well.
   *
   * @throws APIError as `embed`; the signal's own reason when it was aborted
   */
  chat(request: ChatRequest): AsyncGenerator<ChatPart>;
  /** @throws APIError DEPENDENCY_UNAVAILABLE when the server does not answer */
  models(): Promise<ModelStates>;
}

export interface OllamaOptions {
  readonly url: string;
  readonly chatModel: string;
  readonly embeddingModel: string;
  /** The project's HTTP client: timeout, retries, breaker and request id are its. */
  readonly http: { readonly fetch: typeof fetch };
  /** For streams, which last longer than a call may; the same client unless given. */
  readonly streamHttp?: { readonly fetch: typeof fetch };
}

const PREFIX = { query: 'search_query: ', document: 'search_document: ' } as const;

/**
 * Ollama at `url`. Nothing is tried again here: what `http` may repeat, and for how long it waits, is its own setting;
 * silence within a stream is watched here, by the limits of each request.
 */
export function openOllama(options: OllamaOptions): OllamaGateway {
  const { chatModel, embeddingModel } = options;
  const streamHttp = options.streamHttp ?? options.http;
  // The package takes no signal, so each call has its own client, whose fetch carries it.
  const client = (http: { fetch: typeof fetch }, signal?: AbortSignal) =>
    new Ollama({ host: options.url, fetch: boundFetch(http, signal) });

  return {
    chatModel,
    embeddingModel,

    async embed(texts, kind, signal) {
      if (texts.length === 0) return [];
      const request = {
        model: embeddingModel,
        input: texts.map((text) => PREFIX[kind] + text),
        truncate: kind === 'query',
        keep_alive: -1,
        options: { num_ctx: EMBEDDING_CONTEXT },
      };
      const answer = await client(options.http, signal)
        .embed(request)
        .catch((error) => {
          throw ollamaFailure(error, signal);
        });
      return checkedVectors(answer.embeddings, texts.length);
    },

    async *chat(request) {
      const controller = new AbortController();
      const signal = request.signal ? AbortSignal.any([request.signal, controller.signal]) : controller.signal;
      const watch = silenceWatch(controller, request);
      try {
        const stream = await client(streamHttp, signal).chat({
          model: chatModel,
          messages: request.messages.map((message) => ({ ...message })),
          stream: true,
          keep_alive: -1,
          options: { num_ctx: request.numCtx, num_predict: request.maxTokens, temperature: 0.1 },
        });
        for await (const part of stream) {
          // A part without text is no sign of life: a server could send such for ever.
          if (part.message?.content || part.done) watch.heard();
          if (part.message?.content) yield { type: 'token', text: part.message.content };
          if (!part.done) continue;
          const reason = part.done_reason === 'length' ? 'length' : 'stop';
          yield { type: 'end', reason, promptTokens: part.prompt_eval_count ?? 0, answerTokens: part.eval_count ?? 0 };
        }
      } catch (error) {
        throw ollamaFailure(error, signal);
      } finally {
        watch.stop();
        controller.abort();
      }
    },

    async models() {
      const list = await client(options.http)
        .list()
        .catch((error) => {
          throw ollamaFailure(error);
        });
      return statesOfModels(list, { chat: chatModel, embedding: embeddingModel });
    },
  };
}

function checkedVectors(vectors: unknown, count: number): number[][] {
  const wellFormed =
    Array.isArray(vectors) &&
    vectors.length === count &&
    vectors.every(
      (vector) => Array.isArray(vector) && vector.length === EMBEDDING_DIMENSIONS && vector.every(Number.isFinite),
    );
  if (wellFormed) return vectors;
  throw new APIError('UPSTREAM_FAILED', 'The language model failed.', {
    cause: new Error(`expected ${count} vectors of ${EMBEDDING_DIMENSIONS} numbers`),
  });
}
