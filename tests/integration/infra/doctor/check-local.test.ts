import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkLocal } from '../../../../infra/doctor/check-local.ts';
import type { Finding } from '../../../../infra/doctor/finding.ts';
import {
  checkChroma,
  checkDatabase,
  checkDeadLetters,
  checkModels,
  checkRedis,
} from '../../../../infra/doctor/part-checks.ts';
import { PROJECT_ROOT } from '../../../support/module-graph.ts';
import { freePort } from '../../../support/running-host.ts';
import { testDatabase } from '../../../support/test-database.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';

const given = (name: string) => process.env[name] ?? '';
const states = (findings: readonly Finding[]) => findings.map(({ what, state }) => `${what} ${state}`);
const MIGRATIONS = join(PROJECT_ROOT, 'migrations');

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
beforeAll(async () => {
  [database, folder] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), 'understudy-doctor-'))]);
});
afterAll(async () => {
  await Promise.all([database.drop(), rm(folder, { recursive: true, force: true })]);
});

test('parts of one’s own that answer have nothing to mend', async () => {
  const env = {
    UNDERSTUDY_DATA: folder,
    PORT: String(await freePort()),
    UNDERSTUDY_DATABASE_URL: database.migrationUrl,
    UNDERSTUDY_REDIS_URL: testRedisUrl(),
    UNDERSTUDY_CHROMA_URL: given('TEST_CHROMA_URL'),
    OLLAMA_HOST: given('TEST_OLLAMA_URL'),
  };

  const findings = await checkLocal({ root: PROJECT_ROOT, env, nodeVersion: process.versions.node });

  const here = ['postgres', 'clock', 'migrations', 'redis', 'chroma', 'models'].map((what) => `${what} ok`);
  expect(states(findings).slice(4)).toEqual(['local host ok', 'port ok', ...here]);
});

test('the file of a host that was killed is not taken for a running one', async () => {
  const dead = { rest_url: 'http://127.0.0.1:1', pid: 2 ** 22 + 1 };
  await writeFile(join(folder, 'endpoints.json'), JSON.stringify(dead));

  const env = { UNDERSTUDY_DATA: folder, PORT: String(await freePort()) };
  const findings = await checkLocal({ root: PROJECT_ROOT, env, nodeVersion: process.versions.node });

  expect(findings.find(({ what }) => what === 'local host')?.line).toContain('is not running');
});

test('a part that does not answer is told with what to do', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`;

  const findings = [
    ...(await checkDatabase(`postgres://nobody:word@${nowhere}/understudy`, MIGRATIONS)),
    await checkRedis(`redis://${nowhere}`),
    await checkChroma(`http://${nowhere}`),
    await checkModels(`http://${nowhere}`, ['llama2:7b-chat']),
  ];

  expect(states(findings)).toEqual(['postgres fail', 'redis fail', 'chroma fail', 'models fail']);
  expect(findings.filter(({ line }) => !/ECONNREFUSED.*: start /.test(line))).toEqual([]);
});

test('migrations that are missing are named, and so are models', async () => {
  const later = await mkdtemp(join(tmpdir(), 'understudy-migrations-'));
  await writeFile(join(later, '9999_later.sql'), 'select 1;');

  const [, , migrations] = await checkDatabase(database.migrationUrl, later);
  const models = await checkModels(given('TEST_OLLAMA_URL'), ['llama2:7b-chat', 'mistral:7b']);
  await rm(later, { recursive: true });

  expect(migrations).toMatchObject({ state: 'fail', line: '9999_later.sql not applied: run npm run migrate' });
  expect(models).toMatchObject({ state: 'fail', line: 'ollama pull mistral:7b' });
});

test('the offline model is called what it is', async () => {
  const models = await checkModels(given('TEST_OLLAMA_URL'), ['llama2:7b-chat', 'nomic-embed-text']);

  expect(models).toMatchObject({ state: 'ok', line: expect.stringMatching(/^the offline model, .*llama2:7b-chat/) });
});

test('dead letters are counted in the queues of the stack alone', async () => {
  const endpoint = given('TEST_AWS_ENDPOINT_URL');
  const sqs = new SQSClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'doctored-AiIngestDeadLetters' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'doctored-AiIngestQueue' }));

  const before = await checkDeadLetters(sqs, 'doctored-');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  const after = await checkDeadLetters(sqs, 'doctored-');
  const elsewhere = await checkDeadLetters(sqs, 'unknown-');
  sqs.destroy();

  expect(before).toMatchObject({ state: 'ok', line: 'none in 1 queues' });
  expect(after).toMatchObject({ state: 'fail', line: expect.stringContaining('1 messages were given up') });
  expect(elsewhere.state).toBe('fail');
});
