import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freezePart, HOST_PARTS, type HostPart } from '../support/host-parts.ts';
import { useHost } from '../support/host-under-test.ts';
import { type Creator, newCreator, rest } from '../support/rest-client.ts';
import { type RunningHost, startHost } from '../support/running-host.ts';
import { until } from '../support/until.ts';

const METRICS_TOKEN = 'a-token-for-the-counters';

let folder: string;
let host: RunningHost;
let creator: Creator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-hanging-'));
  host = await startHost({ dataFolder: folder, env: { METRICS_TOKEN } });
  useHost(host);
  creator = await newCreator();
}, 120_000);
afterAll(async () => {
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

const isReady = async () => (await rest('GET', '/ready')).status === 200;

/** What a call is answered while the parts listen and say nothing. */
async function whileFrozen<T>(parts: readonly HostPart[], work: () => Promise<T>): Promise<T> {
  await until('the host to be ready', isReady);
  const frozen = parts.map((part) => freezePart(host, part));
  try {
    return await work();
  } finally {
    for (const goOn of frozen) goOn();
  }
}

test('readiness of the whole tells which parts hang, and when they are back', async () => {
  const told = await whileFrozen(HOST_PARTS, () =>
    until('readiness to notice', async () => {
      const answer = await rest('GET', '/ready');
      return answer.status === 200 ? undefined : answer;
    }),
  );

  const { message, details } = told.body.error;
  expect(told.status).toBe(503);
  expect(details.checks).toEqual({ database: 'down', redis: 'down', chroma: 'down', models: 'down' });
  for (const check of Object.keys(details.checks)) expect(message).toContain(`${check} (no answer in time)`);
  await until('the host to be ready again', isReady);
});

test('the counters are refused with a reason while Redis hangs', async () => {
  const answer = await whileFrozen(['redis'], () => rest('GET', '/metrics', { token: METRICS_TOKEN }));

  expect(answer.status).toBe(503);
  expect(answer.body.error.message).toContain('Redis');
});

describe('while Postgres hangs', () => {
  test.each([
    ['a list', () => rest('GET', '/v1/hub/documents', { token: creator.token })],
    ['a search', () => rest('POST', '/v1/ai/search', { token: creator.token, body: { query: 'opening hours' } })],
    ['a login', () => rest('POST', '/v1/auth/login', { body: { email: creator.email, password: 'not this one' } })],
  ])('%s is refused as unavailable, to be tried again', async (_what, call) => {
    await call(); // Connections stand already, as in life.

    const answer = await whileFrozen(['postgres'], call);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(answer.body.error.code).toBe('DEPENDENCY_UNAVAILABLE');
  });
});
