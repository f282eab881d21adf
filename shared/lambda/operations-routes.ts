import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { APIError } from '../errors/api-error.ts';
import { AuthenticationError } from '../errors/authentication-error.ts';
import { NotReadyError, type NotReadyReason } from '../errors/not-ready-error.ts';
import { log } from '../observability/logger.ts';
import { admitEveryOrigin } from './cors.ts';
import { Reply, type Route, routesUsing } from './route.ts';

/** What the three routes of operation tell, and to whom. */
export interface OperationsOptions {
  /** Where the three routes stand: `/v1/hub`, or the root, `''`. */
  readonly prefix: string;
  /** What is needed, by the name that is shown; a check fails by throwing, with a NotReadyError to tell why. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** The whole fleet's counters as Prometheus text. */
  readonly renderMetrics: () => Promise<string>;
  /** Empty means nobody. */
  readonly metricsToken: string;
  /** Pages of any origin may read `ready`: one that is refused everything else learns that no outage is the reason. */
  readonly isReadinessForPages?: boolean;
}

const CACHE_MS = 5_000;
const CHECK_TIMEOUT_MS = 2_000;

const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({ status: z.literal('ready'), checks: z.record(z.string(), z.enum(['up', 'down'])) });
const MetricsText = z.string();

/** `GET …/health`, `…/ready` and `…/metrics`: the same for every service, and told apart by nothing but its checks. */
export function operationsRoutes<Use>(options: OperationsOptions): Route<Use>[] {
  const route = routesUsing<Use>();
  const { prefix } = options;
  const readiness = cachedReadiness(options.checks);
  return [
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
      summary: 'Whether everything that is needed answers; at most 5 s old',
      output: { 200: Readiness },
      run: async () => {
        if (options.isReadinessForPages) admitEveryOrigin();
        const reasons = await readiness();
        const away = Object.entries(reasons).filter(([, reason]) => reason !== undefined);
        const checks = Object.fromEntries(
          Object.entries(reasons).map(([name, reason]) => [name, reason === undefined ? 'up' : 'down'] as const),
        );
        if (away.length === 0) return { status: 'ready', checks };
        const told = away.map(([name, reason]) => `${name} (${reason})`).join(', ');
        throw new APIError('DEPENDENCY_UNAVAILABLE', `Not ready: ${told}.`, {
          details: { checks },
          headers: { 'Retry-After': String(CACHE_MS / 1_000) },
        });
      },
    }),
    route({
      method: 'GET',
      path: `${prefix}/metrics`,
      permission: 'public',
      summary: 'Counters of the whole fleet as Prometheus text; Bearer METRICS_TOKEN',
      output: { 200: MetricsText },
      refuses: ['AUTHENTICATION_REQUIRED'],
      run: async ({ headers }) => {
        requireToken(options.metricsToken, headers.authorization);
        return new Reply(await options.renderMetrics(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
      },
    }),
  ];
}

/** Why a part is not ready; undefined when it is. */
type Reasons = Readonly<Record<string, NotReadyReason | undefined>>;

/** Asks at most every 5 s however often it is called, and one asker at a time: a probe cannot become a load. */
function cachedReadiness(checks: OperationsOptions['checks']): () => Promise<Reasons> {
  let cached: { readonly untilMs: number; readonly reasons: Promise<Reasons> } | undefined;
  return () => {
    if (!cached || cached.untilMs <= Date.now()) cached = { untilMs: Date.now() + CACHE_MS, reasons: askAll(checks) };
    return cached.reasons;
  };
}

async function askAll(checks: OperationsOptions['checks']): Promise<Reasons> {
  const reasons = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await reasonOf(name, check)] as const),
  );
  return Object.fromEntries(reasons);
}

async function reasonOf(name: string, check: () => Promise<unknown>): Promise<NotReadyReason | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NotReadyError('no answer in time')), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check(), late]);
    return undefined;
  } catch (error) {
    log.warn('readiness check failed', { check: name, reason: error instanceof Error ? error.message : 'unknown' });
    if (error instanceof NotReadyError) return error.reason;
    return isTimeout(error) ? 'no answer in time' : 'no answer';
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP client says it by its code; the clients of Redis and Postgres have words for it only. */
function isTimeout(error: unknown): boolean {
  if (error instanceof APIError) return error.code === 'UPSTREAM_TIMEOUT';
  return error instanceof Error && /time(d )?out/i.test(error.message);
}

/** Compares digests, so that neither length nor content of the token can be measured. */
function requireToken(token: string, authorization: string | undefined): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const same = timingSafeEqual(digest(`Bearer ${token}`), digest(authorization ?? ''));
  if (token === '' || !same) throw new AuthenticationError();
}
