import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { NotReadyError } from '../../../../shared/errors/not-ready-error.ts';
import { operationsRoutes } from '../../../../shared/lambda/operations-routes.ts';

const SECRET = 'connect ECONNREFUSED postgres://ai:secret@10.0.0.7:5432';
const CALL = {
  ...{ params: undefined, query: undefined, body: undefined, caller: undefined, use: undefined },
  ...{ requestId: 'my-request-1', sourceIp: '127.0.0.1', headers: {} },
};

let redis: () => Promise<unknown>;
let asked: number;
beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  redis = async () => 'PONG';
});
afterEach(() => {
  vi.useRealTimers();
});

function serviceAt(prefix: string) {
  const check = () => {
    asked += 1;
    return redis();
  };
  const routes = operationsRoutes<undefined>({
    prefix,
    checks: { database: async () => 'rows', redis: check },
    renderMetrics: async () => '',
    metricsToken: '',
  });
  return async (path: string): Promise<unknown> => {
    const route = routes.find((each) => each.path === path);
    if (!route) throw new Error(`there is no ${path}`);
    return route.run(CALL);
  };
}

const refusal = async (asking: Promise<unknown>): Promise<APIError> => {
  const error = await asking.catch((thrown: unknown) => thrown);
  if (!(error instanceof APIError)) throw new Error('it did not refuse');
  return error;
};

describe.each(['', '/v1/hub'])('at %j', (prefix) => {
  test('readiness is refused as 503 while a part is down, by names and up or down only', async () => {
    redis = async () => {
      throw new Error(SECRET);
    };

    const error = await refusal(serviceAt(prefix)(`${prefix}/ready`));

    expect([error.status, error.code]).toEqual([503, 'DEPENDENCY_UNAVAILABLE']);
    expect(error.details).toEqual({ checks: { database: 'up', redis: 'down' } });
    expect([error.message, error.headers]).toEqual(['Not ready: redis (no answer).', { 'Retry-After': '5' }]);
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });

  test('health touches nothing', async () => {
    redis = () => Promise.reject(new Error(SECRET));

    expect(await serviceAt(prefix)(`${prefix}/health`)).toEqual({ status: 'ok' });
    expect(asked).toBe(0);
  });
});

test('a part that says nothing is down after two seconds', async () => {
  redis = () => new Promise(() => {});

  const refused = refusal(serviceAt('')('/ready'));
  await vi.advanceTimersByTimeAsync(2_000);

  expect((await refused).details).toEqual({ checks: { database: 'up', redis: 'down' } });
  expect((await refused).message).toBe('Not ready: redis (no answer in time).');
});

test('a part that tells why it is not ready is quoted', async () => {
  redis = () => Promise.reject(new NotReadyError('given up after failures'));

  expect((await refusal(serviceAt('')('/ready'))).message).toBe('Not ready: redis (given up after failures).');
});

test('readiness is asked once in five seconds, however many ask', async () => {
  const get = serviceAt('/v1/auth');

  await Promise.all(Array.from({ length: 20 }, () => get('/v1/auth/ready')));
  redis = () => Promise.reject(new Error(SECRET));
  await vi.advanceTimersByTimeAsync(4_900);
  const still = await get('/v1/auth/ready');
  const askedBefore = asked;
  await vi.advanceTimersByTimeAsync(200);
  const later = await refusal(get('/v1/auth/ready'));

  expect(still).toEqual({ status: 'ready', checks: { database: 'up', redis: 'up' } });
  expect([askedBefore, asked]).toEqual([1, 2]);
  expect(later.details).toEqual({ checks: { database: 'up', redis: 'down' } });
});
