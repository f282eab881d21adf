import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOllama } from '../../../../../infra/local/parts/ollama.ts';
import { openPartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../../infra/local/parts/secrets.ts';
import { freePort } from '../../../../support/running-host.ts';

test('an OLLAMA_HOST that does not answer is told at once, and taken all the same', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-ollama-'));
  const registry = await openPartRegistry(dataFolder);
  const told: string[] = [];
  const context = {
    ...{ dataFolder, registry, secrets: readSecrets(dataFolder) },
    onProgress: (message: string) => told.push(message),
  };
  const url = `http://127.0.0.1:${await freePort()}`;
  const models = { chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text' };

  const part = await startOllama(context, { ...models, ownHost: url, useMachineOllama: false });

  expect(part).toMatchObject({ url, isOffline: false, isAnswering: false, owned: false });
  expect(told).toEqual([`${url} does not answer: documents and answers wait until it does`]);
  registry.release();
  await rm(dataFolder, { recursive: true });
});
