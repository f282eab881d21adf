import { APIError } from '../errors/api-error.ts';
import { add } from '../observability/metrics.ts';
import { currentScope } from '../observability/request-scope.ts';
import { openCircuitBreaker } from './circuit-breaker.ts';
import type { RedisClient } from './redis.ts';
import { retryWithJitter } from './retry-with-jitter.ts';
import { startTimeLimit } from './time-limit.ts';
import { asAnswer, DownAnswer, mayPass, noAnswer, retryAfterMs, speaksAgainst } from './upstream-outcome.ts';

export interface HttpClientOptions {
  /** Names the dependency in metrics, logs and the circuit breaker. */
  readonly name: string;
  /** Relative addresses are resolved against it. */
  readonly baseUrl?: string;
  /** Until the answer is there, retries included: its head, and its body too unless that is a stream. */
  readonly timeoutMs?: number;
  /** Attempts after the first, for requests that are safe to repeat. */
  readonly retries?: number;
  /** Which requests are safe to repeat; by default those whose method is idempotent (RFC 9110, 9.2.2). */
  readonly isRepeatable?: (method: string, url: URL) => boolean;
  /** Statuses that speak against the dependency and may pass: 502, 503 and 504 unless given. */
  readonly downStatuses?: ReadonlySet<number>;
  readonly breaker?: { readonly failures?: number; readonly openMs?: number };
  readonly redis?: RedisClient;
}

export interface HttpClient {
  /**
   * `fetch` with a time limit, retries, a circuit breaker and `X-Request-ID`. The limit is `timeoutMs`, but never past
   * the deadline of the running request. The body arrives as it came: a stream (NDJSON, event stream) may take until
   * that deadline, and whoever reads it watches for silence. The caller's abort signal ends the request and its body.
   *
   * A status is an answer, not an error, as with `fetch`.
   * @throws APIError UPSTREAM_TIMEOUT, UPSTREAM_FAILED (no answer) or DEPENDENCY_UNAVAILABLE (circuit open)
   * @throws the reason of the caller's signal
   */
  readonly fetch: typeof globalThis.fetch;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Answers of a gateway or of a server that is overloaded: they speak against the dependency, and may pass. */
const DOWN = new Set([502, 503, 504]);
const STREAM = /^(application\/x-ndjson|text\/event-stream)/i;

/** The one HTTP client for calls to other services and dependencies. */
export function openHttpClient(options: HttpClientOptions): HttpClient {
  const { name, baseUrl, timeoutMs = 30_000, retries = 2, downStatuses = DOWN } = options;
  const isRepeatable = options.isRepeatable ?? ((method) => IDEMPOTENT.has(method));
  const breaker = openCircuitBreaker({ ...options.breaker, name, redis: options.redis, isFailure: speaksAgainst });

  const send: typeof globalThis.fetch = async (input, init = {}) => {
    const target = input instanceof Request ? input : new URL(input, baseUrl);
    const from = target instanceof Request ? target : undefined;
    const callers = init.signal ?? from?.signal;
    const limit = startTimeLimit(name, timeoutMs, callers);
    const headers = new Headers(init.headers ?? from?.headers);
    const requestId = currentScope()?.requestId;
    if (requestId && !headers.has('X-Request-ID')) headers.set('X-Request-ID', requestId);
    const repeatable = isRepeatable((init.method ?? from?.method ?? 'GET').toUpperCase(), addressOf(target));
    const canSendAgain = !(init.body instanceof ReadableStream);

    const attempt = () =>
      breaker.execute(async () => {
        // A Request's body can be read once, so each attempt reads a copy.
        const fresh = target instanceof Request ? target.clone() : target;
        const response = await fetch(fresh, { ...init, headers, signal: limit.signal }).catch((error) => {
          throw limit.signal.aborted ? limit.signal.reason : noAnswer(error);
        });
        if (downStatuses.has(response.status)) throw new DownAnswer(response);
        return response;
      });
    const response = await retryWithJitter(attempt, {
      retries,
      signal: limit.signal,
      shouldRetry: (error) => canSendAgain && mayPass(error, repeatable),
      requestedDelayMs: retryAfterMs,
    }).catch(asAnswer);
    if (STREAM.test(response.headers.get('Content-Type') ?? '')) limit.liftTimeout();
    return response;
  };

  return {
    async fetch(input, init) {
      let outcome = 'aborted';
      try {
        const response = await send(input, init);
        outcome = String(response.status);
        return response;
      } catch (error) {
        if (error instanceof APIError) outcome = error.code;
        throw error;
      } finally {
        add('understudy_upstream_requests_total', { upstream: name, outcome }, 1);
      }
    },
  };
}

const addressOf = (target: URL | Request) => (target instanceof Request ? new URL(target.url) : target);
