import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FunctionHost, startFunctionHost } from '../../../../../infra/local/functions/function-host.ts';
import type { StackModel } from '../../../../../infra/local/template/stack-model.ts';

const CODE = `
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
export const handler = async () => mkdtempSync(join(tmpdir(), 'work-'));`;

let folder: string;
const hosts: FunctionHost[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-functions-'));
  await writeFile(join(folder, 'index.mjs'), CODE);
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startOn(dataFolder: string): Promise<FunctionHost> {
  const model = {
    ...{ logicalId: 'Ingest', name: 'ingest', codeFolder: folder, handler: 'index.handler' },
    ...{ timeoutMs: 5_000, memoryMb: 128, environment: {} },
  };
  const rest = { apiId: 'a', stage: 's', binaryMediaTypes: [], routes: [], gatewayResponses: new Map() };
  const stack: StackModel = {
    ...{ functions: new Map([['Ingest', model]]), queues: [], buckets: [], consumers: [], schedules: [] },
    ...{ customResources: [], rest, socket: undefined },
  };
  const host = await startFunctionHost({
    stack,
    aws: { endpointUrl: 'http://127.0.0.1:1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    logFolder: join(dataFolder, 'logs'),
    temporaryFolder: join(dataFolder, 'tmp'),
    onFailure: () => {},
  });
  hosts.push(host);
  return host;
}

async function folderMadeBy(host: FunctionHost): Promise<string> {
  const outcome = await host.byId('Ingest').invoke({});
  if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome));
  return String(outcome.value);
}

test("what a killed worker left of its files goes with the next start, and never another host's", async () => {
  const [mine, theirs] = [join(folder, 'mine'), join(folder, 'theirs')];
  await Promise.all([mkdir(mine), mkdir(theirs)]);
  const [first, neighbour] = [await startOn(mine), await startOn(theirs)];
  const [left, inUse] = [await folderMadeBy(first), await folderMadeBy(neighbour)];
  await first.killFunction('ingest');
  const leftBefore = existsSync(left);

  const made = await folderMadeBy(await startOn(mine));

  expect(leftBefore).toBe(true);
  expect([existsSync(left), existsSync(inUse), existsSync(made)]).toEqual([false, true, true]);
  expect(left.startsWith(join(mine, 'tmp'))).toBe(true);
});
