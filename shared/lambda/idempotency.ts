import { createHash } from 'node:crypto';
import { APIError } from '../errors/api-error.ts';
import { ValidationError } from '../errors/validation-error.ts';
import { log } from '../observability/logger.ts';
import type { CreatorCredential, VisitorCredential } from '../security/credentials.ts';
import { Reply, type Route } from './route.ts';

export interface StoredAnswer {
  readonly requestHash: string;
  /** Absent while the first request is still running. */
  readonly body?: unknown;
}

/** Keeps the first answer to a key for 24 hours, per creator and route. */
export interface IdempotencyStore {
  /** Claims the key for this request; returns what is already there when somebody came first. */
  claim(creatorId: string, route: string, key: string, requestHash: string): Promise<StoredAnswer | undefined>;
  complete(creatorId: string, route: string, key: string, body: unknown): Promise<void>;
  /** Forgets a claim whose request failed, so that a retry may succeed. */
  release(creatorId: string, route: string, key: string): Promise<void>;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws APIError CONFLICT for another body under the same key, or while the first request still runs */
export async function runIdempotently<Use>(
  store: IdempotencyStore,
  route: Route<Use>,
  caller: CreatorCredential | VisitorCredential,
  key: string | undefined,
  input: { readonly params: unknown; readonly body: unknown },
  run: () => unknown,
): Promise<unknown> {
  if (key === undefined) return run();
  if (!KEY.test(key)) {
    throw new ValidationError([{ path: 'Idempotency-Key', message: 'Use 1 to 255 visible ASCII characters.' }]);
  }
  const name = `${route.method} ${route.path}`;
  const requestHash = createHash('sha256')
    .update(JSON.stringify([input.params ?? null, input.body ?? null]))
    .digest('hex');
  const earlier = await store.claim(caller.creatorId, name, key, requestHash);
  if (earlier) return answerAgain(earlier, requestHash);
  const result = await runOrRelease(run, () => store.release(caller.creatorId, name, key));
  // From here on the work is done: if the answer cannot be kept, a retry must not do it again at once.
  await store.complete(caller.creatorId, name, key, result instanceof Reply ? result.body : result);
  return result;
}

async function runOrRelease(run: () => unknown, release: () => Promise<void>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    await release().catch((failure: unknown) => log.error('an idempotency key could not be released', failure));
    throw error;
  }
}

function answerAgain(earlier: StoredAnswer, requestHash: string): unknown {
  if (earlier.requestHash !== requestHash) {
    throw new APIError('CONFLICT', 'This Idempotency-Key was used with another body.');
  }
  if (earlier.body === undefined) {
    throw new APIError('CONFLICT', 'A request with this Idempotency-Key is still running.');
  }
  return earlier.body;
}
