import type { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** One limit, counted for all instances and, of busy subjects, remembered in this one. */
export interface CounterPair {
  readonly points: number;
  readonly shared: RateLimiterRedis;
  readonly local: RateLimiterMemory;
  /** On which connection to the server what is known of a subject was compared with it. */
  readonly toldOn: Map<string, number>;
}

export type Counted = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'>;

export interface SharedHit {
  readonly cost: number;
  readonly outcome: Counted;
  readonly connection: number;
}

/**
 * Where a subject stands, once for each connection: a server that has forgotten it, or has not heard of all its hits, is
 * told of those that are missing.
 */
export async function catchUp(pair: CounterPair, key: string, hit: SharedHit): Promise<Counted> {
  const { cost, outcome, connection } = hit;
  if (pair.toldOn.get(key) === connection) return outcome;
  const known = await pair.local.get(key);
  // Of several hits at once the first one tells.
  if (!known || pair.toldOn.get(key) === connection) return outcome;
  noteTold(pair, key, connection);
  const consumedPoints = known.consumedPoints + cost;
  const missing = consumedPoints - outcome.consumedPoints;
  if (missing <= 0) return outcome;
  return pair.shared.penalty(key, missing).catch(() => ({ consumedPoints, msBeforeNext: known.msBeforeNext }));
}

/** Only from half the limit on, so that a flood of rare subjects does not fill the instance's memory. */
export async function rememberWhenBusy(
  pair: CounterPair,
  key: string,
  known: Counted,
  connection: number,
): Promise<void> {
  if (known.consumedPoints * 2 < pair.points) return;
  noteTold(pair, key, connection);
  await pair.local.set(key, Math.min(known.consumedPoints, pair.points), Math.ceil(known.msBeforeNext / 1_000));
}

const MAX_TOLD = 10_000;

function noteTold({ toldOn }: CounterPair, key: string, connection: number): void {
  if (toldOn.size >= MAX_TOLD) toldOn.clear();
  toldOn.set(key, connection);
}
