import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { APIError } from '../errors/api-error.ts';
import { AuthenticationError } from '../errors/authentication-error.ts';
import { log } from '../observability/logger.ts';
import { Reply, type Route, routesUsing } from './route.ts';

export interface OperationsOptions {
  /** Where the three routes stand: `/v1/hub`; auth also serves the root, `''`. */
  readonly prefixes: readonly string[];
  /** What the service needs, by the name that is shown; a check fails by throwing. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** The whole fleet's counters as Prometheus text. */
  readonly renderMetrics: () => Promise<string>;
  /** Empty means nobody. */
  readonly metricsToken: string;
}

const CACHE_MS = 5_000;
const CHECK_TIMEOUT_MS = 2_000;

const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({ status: z.literal('ready'), checks: z.record(z.string(), z.enum(['up', 'down'])) });
const MetricsText = z.string();

/** `GET …/health`, `…/ready` and `…/metrics`: the same for every service, and told apart by nothing but its checks. */
export function operationsRoutes<Use>(options: OperationsOptions): Route<Use>[] {
  const route = routesUsing<Use>();
  const readiness = cachedReadiness(options.checks);
  return options.prefixes.flatMap((prefix) => [
    route({
      method: 'GET',
      path: `${prefix}/health`,
      permission: 'public',
      summary: 'Whether the function runs; touches nothing else',
      output: { 200: Health },
      run: () => ({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: `${prefix}/ready`,
      permission: 'public',
      summary: 'Whether everything that the service needs answers',
      output: { 200: Readiness },
      run: async () => {
        const checks = await readiness();
        if (Object.values(checks).every((state) => state === 'up')) return { status: 'ready', checks };
        throw new APIError('DEPENDENCY_UNAVAILABLE', 'A part of the service does not answer.', { details: { checks } });
      },
    }),
    route({
      method: 'GET',
      path: `${prefix}/metrics`,
      permission: 'public',
      summary: 'Counters of the whole fleet as Prometheus text; Bearer METRICS_TOKEN',
      output: { 200: MetricsText },
      run: async ({ headers }) => {
        requireToken(options.metricsToken, headers.authorization);
        return new Reply(await options.renderMetrics(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
      },
    }),
  ]);
}

/** Asks at most every 5 s however often it is called, and one asker at a time: a probe cannot become a load. */
function cachedReadiness(checks: OperationsOptions['checks']): () => Promise<Record<string, 'up' | 'down'>> {
  let cached: { readonly untilMs: number; readonly states: Promise<Record<string, 'up' | 'down'>> } | undefined;
  return () => {
    if (!cached || cached.untilMs <= Date.now()) cached = { untilMs: Date.now() + CACHE_MS, states: runAll(checks) };
    return cached.states;
  };
}

async function runAll(checks: OperationsOptions['checks']): Promise<Record<string, 'up' | 'down'>> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await stateOf(name, check)] as const),
  );
  return Object.fromEntries(states);
}

async function stateOf(name: string, check: () => Promise<unknown>): Promise<'up' | 'down'> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check(), late]);
    return 'up';
  } catch (error) {
    log.warn('readiness check failed', { check: name, reason: error instanceof Error ? error.message : 'unknown' });
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}

/** Compares digests, so that neither length nor content of the token can be measured. */
function requireToken(token: string, authorization: string | undefined): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const same = timingSafeEqual(digest(`Bearer ${token}`), digest(authorization ?? ''));
  if (token === '' || !same) throw new AuthenticationError();
}
