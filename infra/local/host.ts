import { resolve } from 'node:path';
import { type Addresses, addressesOf } from './addresses.ts';
import { ensureAssembly, STACK_ID } from './build-assembly.ts';
import { emptyDataFolder, takeDataFolder } from './data-folder.ts';
import { type Endpoints, endpointsOf, removeEndpoints, writeEndpoints } from './endpoints.ts';
import { openLocalServer } from './http/local-server.ts';
import { openPartRegistry } from './parts/part-registry.ts';
import { type Parts, startParts } from './parts/start-parts.ts';
import { runStack } from './run-stack.ts';
import { stackParameters } from './stack-parameters.ts';
import { readStack } from './template/read-stack.ts';
import { readAssembly } from './template/template.ts';
import { createUndoList } from './undo-list.ts';

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
 * @throws HostError or PartFailure with one line for the console; nothing is left running then
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

async function start(options: HostOptions, undo: ReturnType<typeof createUndoList>): Promise<Host> {
  const env = options.env ?? process.env;
  const progress = options.onProgress ?? (() => {});
  const folder = await takeDataFolder(resolve(options.dataFolder));
  undo.add('data folder', () => folder.release());
  const server = await openLocalServer(options.port);
  undo.add('server', () => server.close(1_000));
  await removeEndpoints(folder.path);
  if (options.fresh) {
    // What a killed run left behind is ended first: its files are about to go.
    (await openPartRegistry(folder.path)).release();
    await emptyDataFolder(folder);
    progress('data', 'emptied');
  }

  const models = {
    chatModel: env.CHAT_MODEL || 'llama2:7b-chat',
    embeddingModel: env.EMBEDDING_MODEL || 'nomic-embed-text',
  };
  const building = ensureAssembly((message) => progress('stack', message));
  building.catch(() => {}); // Told after the parts have started, and been stopped again.
  const useMachineOllama = options.useMachineOllama ?? true;
  const parts = await startParts({ dataFolder: folder.path, env, useMachineOllama, ...models, onProgress: progress });
  undo.add('parts', () => parts.stop());

  const addresses = addressesOf(server.port, folder.path);
  const assembly = await readAssembly(await building, STACK_ID);
  const parameters = stackParameters({
    stage: options.stage ?? 'local',
    dataFolder: folder.path,
    parts,
    addresses,
    env,
    ...models,
  });
  const stack = readStack(assembly, { stackName: 'understudy', parameters, awsEndpointUrl: parts.aws.endpointUrl });
  const running = await runStack({ stack, parts, addresses, server, dataFolder: folder.path, onProgress: progress });
  undo.add('stack', () => running.stop());

  const endpoints = endpointsOf(addresses, parts);
  await writeEndpoints(folder.path, endpoints);
  undo.add('endpoints', () => removeEndpoints(folder.path));
  return { endpoints, addresses, parts, killFunction: running.killFunction, stop: undo.run };
}
