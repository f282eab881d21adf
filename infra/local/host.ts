import { resolve } from 'node:path';
import { type Addresses, addressesOf } from './addresses.ts';
import { ensureAssembly, STACK_ID } from './build-assembly.ts';
import { type DataFolder, emptyDataFolder, takeDataFolder } from './data-folder.ts';
import { type Endpoints, endpointsOf, removeEndpoints, writeEndpoints } from './endpoints.ts';
import { openLocalServer } from './http/local-server.ts';
import { openPartRegistry } from './parts/part-registry.ts';
import { type Parts, startParts } from './parts/start-parts.ts';
import { runStack } from './run-stack.ts';
import { stackParameters } from './stack-parameters.ts';
import { readStack } from './template/read-stack.ts';
import { readAssembly } from './template/template.ts';
import { createUndoList, type UndoList } from './undo-list.ts';

const STACK_NAME = 'understudy';

export interface HostOptions {
  readonly dataFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly stage?: 'local' | 'test';
  /** Empties the data folder first. */
  readonly fresh?: boolean;
  /** Where own parts, limits and model names are read from; the process's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  readonly useMachineOllama?: boolean;
  readonly onProgress?: (part: string, message: string) => void;
  /** Gives the start up at its next step. */
  readonly signal?: AbortSignal;
}

export interface Host {
  readonly endpoints: Endpoints;
  readonly addresses: Addresses;
  readonly parts: Parts;
  /** For fault tests: ends a function's worker as a crash would. */
  killFunction(name: string): Promise<void>;
  /** Lets answers finish (about 10 s at most), then stops everything. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs the whole stack on this machine. When it resolves everything is ready, the demo creator included.
 *
 * @throws HostError or PartFailure with one line for the console, or the signal's reason; nothing is left running then
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const undo = createUndoList();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(options: HostOptions, undo: UndoList): Promise<Host> {
  const env = options.env ?? process.env;
  const onProgress = options.onProgress ?? (() => {});
  const folder = await takeDataFolder(resolve(options.dataFolder));
  undo.add('data folder', () => folder.release());
  const server = await openLocalServer(options.port);
  undo.add('server', () => server.close(1_000));
  await removeEndpoints(folder.path);
  if (options.fresh) await beginEmpty(folder, onProgress);
  options.signal?.throwIfAborted();

  const models = modelNames(env);
  const building = ensureAssembly((message) => onProgress('stack', message), options.signal);
  building.catch(() => {}); // Told below, once the parts can be stopped again.
  const useMachineOllama = options.useMachineOllama ?? true;
  const parts = await startParts({ dataFolder: folder.path, env, useMachineOllama, ...models, onProgress });
  undo.add('parts', () => parts.stop());
  options.signal?.throwIfAborted();

  const addresses = addressesOf(server.port, folder.path);
  const assembly = await readAssembly(await building, STACK_ID);
  const stage = options.stage ?? 'local';
  const parameters = stackParameters({ stage, dataFolder: folder.path, parts, addresses, env, ...models });
  const stack = readStack(assembly, { stackName: STACK_NAME, parameters, awsEndpointUrl: parts.aws.endpointUrl });
  const run = { stack, parts, addresses, server, dataFolder: folder.path, undo, onProgress, signal: options.signal };
  options.signal?.throwIfAborted();
  const { killFunction } = await runStack(run);
  options.signal?.throwIfAborted();

  const endpoints = endpointsOf(addresses, parts);
  await writeEndpoints(folder.path, endpoints);
  undo.add('endpoints', () => removeEndpoints(folder.path));
  return { endpoints, addresses, parts, killFunction, stop: undo.run };
}

/** What a killed run left running is ended first: its files are about to go. */
async function beginEmpty(folder: DataFolder, onProgress: (part: string, message: string) => void): Promise<void> {
  (await openPartRegistry(folder.path)).release();
  await emptyDataFolder(folder);
  onProgress('data', 'emptied');
}

function modelNames(env: NodeJS.ProcessEnv) {
  return { chatModel: env.CHAT_MODEL || 'llama2:7b-chat', embeddingModel: env.EMBEDDING_MODEL || 'nomic-embed-text' };
}
