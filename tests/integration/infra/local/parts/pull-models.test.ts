import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOllama } from '../../../../../functions/ai/gateways/ollama.ts';
import { startOllama } from '../../../../../infra/local/parts/ollama.ts';
import { openPartRegistry, type PartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { pullModels } from '../../../../../infra/local/parts/pull-models.ts';
import { readSecrets } from '../../../../../infra/local/parts/secrets.ts';
import { type ScriptedOllama, startScriptedOllama } from '../../../../support/scripted-ollama.ts';

const NAMES = { chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text' };

let server: ScriptedOllama;
let dataFolder: string;
let registry: PartRegistry;
let told: string[];

beforeEach(async () => {
  server = await startScriptedOllama({ models: ['nomic-embed-text:latest'] });
  dataFolder = await mkdtemp(join(tmpdir(), 'understudy-pull-'));
  registry = await openPartRegistry(dataFolder);
  told = [];
});

afterEach(async () => {
  registry.release();
  await rm(dataFolder, { recursive: true });
  await server.close();
});

const start = (mayPull: boolean) =>
  startOllama(
    { dataFolder, registry, secrets: readSecrets(dataFolder), onProgress: (message) => told.push(message) },
    { ...NAMES, ownHost: server.url, useMachineOllama: false, mayPull },
  );
const states = () => openOllama({ url: server.url, ...NAMES, http: { fetch } }).models();

test('a model that is missing is pulled before the start goes on, and is ready then', async () => {
  expect((await states()).chat.ready).toBe(false);

  await start(true);

  expect(told).toEqual(['pulling llama2:7b-chat']);
  expect(await states()).toMatchObject({ chat: { ready: true }, embedding: { ready: true } });
});

test('nothing is pulled where nobody allowed it: the start tells what is missing', async () => {
  await start(false);

  expect(told.join()).toMatch(/^llama2:7b-chat is not there: UNDERSTUDY_PULL_MODELS=yes/);
  expect((await states()).chat.ready).toBe(false);
});

test('a pull that the server refuses is told with its reason, and the model stays not ready', async () => {
  server.script.pull = () => ({ error: 'pull model manifest: file does not exist' });

  const part = await start(true);

  expect(part.isAnswering).toBe(true);
  expect(told.at(-1)).toBe(
    'llama2:7b-chat was not pulled: pull model manifest: file does not exist; documents and answers wait',
  );
  expect((await states()).chat.ready).toBe(false);
});

test('a pull whose connection breaks is tried again, three times in all', async () => {
  const outcomes = ['cut', 'success'] as ('cut' | 'success')[];
  server.script.pull = () => outcomes.shift() ?? 'cut';
  const pull = (model: string) =>
    pullModels({ url: server.url, models: [model], onProgress: (message) => told.push(message), pauseMs: 1 });

  expect(await pull('llama2:7b-chat')).toBeUndefined();
  expect(told).toHaveLength(2);
  expect(await pull('mistral')).toMatch(/^mistral was not pulled: /);
  expect(told).toHaveLength(5);
});
