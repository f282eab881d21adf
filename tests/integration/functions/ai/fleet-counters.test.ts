import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { openGeneration } from '../../../../functions/ai/generate-composition.ts';
import { openIngest, openSweep } from '../../../../functions/ai/ingest-composition.ts';
import { AiEnv } from '../../../../shared/config/env-constants.ts';
import { platformKey } from '../../../../shared/config/redis-keys.ts';
import { add, carryCountersWith } from '../../../../shared/observability/metrics.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';

const redis = new Redis(testRedisUrl());
afterAll(() => redis.disconnect());

const env = AiEnv.parse({
  STAGE: 'test',
  SERVICE_NAME: 'ai',
  DATABASE_URL: 'postgres://127.0.0.1:1/nothing',
  REDIS_URL: testRedisUrl(),
  PUBLIC_API_URL: 'http://127.0.0.1:1',
  CONSOLE_ORIGIN: 'http://127.0.0.1:1',
  UPLOADS_BUCKET: 'uploads',
  LIBRARY_BUCKET: 'library',
  INGEST_QUEUE_URL: 'http://127.0.0.1:1/ingest',
  TURNS_QUEUE_URL: 'http://127.0.0.1:1/turns',
  CHROMA_URL: 'http://127.0.0.1:1',
  OLLAMA_URL: 'http://127.0.0.1:1',
  SOCKET_MANAGEMENT_URL: 'http://127.0.0.1:1',
});

test.each([
  ['the generation of turns', openGeneration],
  ['the ingest of documents', openIngest],
  ['the sweep', openSweep],
])('what %s counts reaches the fleet', async (_, open) => {
  carryCountersWith(() => {}); // As in an instance that has just begun.
  const outcome = randomUUID();

  open(env);
  add('understudy_turns_total', { outcome }, 2);

  await expect
    .poll(() => redis.hget(platformKey('metrics', 'series'), `understudy_turns_total{outcome="${outcome}"}`))
    .toBe('2');
});
