import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { platformKey } from '../config/redis-keys.ts';
import { APIError } from '../errors/api-error.ts';
import { log } from '../observability/logger.ts';
import { add } from '../observability/metrics.ts';
import type { RedisClient } from './redis.ts';

export interface CircuitBreakerOptions {
  /** Names the dependency in metrics, logs and Redis. */
  readonly name: string;
  /** Failures in a row that open the circuit. */
  readonly failures?: number;
  /** How long an open circuit refuses before one call may probe. */
  readonly openMs?: number;
  /** Which errors speak against the dependency; a caller's own abort does not. */
  readonly isFailure: (error: unknown) => boolean;
  /** Where instances tell one another that the dependency is down. */
  readonly redis?: RedisClient;
}

export interface CircuitBreaker {
  /** @throws APIError DEPENDENCY_UNAVAILABLE at once while the circuit is open or a probe is under way */
  execute<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * Opens after `failures` failures in a row. After `openMs` one call probes: its success closes the circuit, its
 * failure opens it again; others are refused meanwhile rather than made to wait.
 *
 * The state is the instance's own. An instance that sees its first failure also asks Redis whether another one has
 * opened already, and then opens at once: a healthy dependency costs no round trip.
 */
export function openCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { name, isFailure, redis, failures = 5, openMs = 5_000 } = options;
  const policy = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  const sharedKey = platformKey('breaker', name);
  let othersOpenUntilMs = 0;

  policy.onBreak(() => {
    add('understudy_breaker_opened_total', { upstream: name }, 1);
    log.warn('circuit opened', { upstream: name, open_ms: openMs });
    redis?.set(sharedKey, '1', 'PX', openMs).catch(() => {}); // A hint only; without it each instance learns by itself.
  });
  policy.onReset(() => log.info('circuit closed', { upstream: name }));

  const askOthers = async () => {
    if (!redis || policy.state !== CircuitState.Closed) return;
    const remainingMs = await redis.pttl(sharedKey).catch(() => 0);
    if (remainingMs > 0) othersOpenUntilMs = Date.now() + remainingMs;
  };

  return {
    async execute(call) {
      if (policy.state === CircuitState.HalfOpen || Date.now() < othersOpenUntilMs) throw unavailable(name);
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw unavailable(name);
        if (isFailure(error)) await askOthers();
        throw error;
      }
    },
  };
}

function unavailable(name: string): APIError {
  return new APIError('DEPENDENCY_UNAVAILABLE', 'A part of the service is not available right now.', {
    headers: { 'Retry-After': '5' },
    cause: new Error(`the circuit to ${name} is open`),
  });
}
