import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Endpoints, startHost } from './running-host.ts';

declare module 'vitest' {
  interface ProvidedContext {
    endpoints: Endpoints;
    /** Whether the stack runs in an emulator of AWS in place of the local host. */
    deployed: boolean;
  }
}

/** One local host for all end-to-end and browser tests of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-e2e-'));
  const host = await startHost({ dataFolder, env: { RATE_LIMIT_FACTOR: '20' } });
  project.provide('deployed', false);
  project.provide('endpoints', host.endpoints);
  return async () => {
    await host.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
}
