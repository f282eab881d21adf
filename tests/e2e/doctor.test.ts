import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doctorCommand } from '../../infra/doctor/doctor-command.ts';
import { freezePart, HOST_PARTS } from '../support/host-parts.ts';
import { PROJECT_ROOT } from '../support/module-graph.ts';
import { type RunningHost, startHost } from '../support/running-host.ts';

let folder: string;
let host: RunningHost;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-doctor-'));
  host = await startHost({ dataFolder: folder });
}, 120_000);
afterAll(async () => {
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function doctor() {
  const printed: string[] = [];
  const code = await doctorCommand([], {
    root: PROJECT_ROOT,
    env: { UNDERSTUDY_DATA: folder },
    nodeVersion: process.versions.node,
    print: (line) => printed.push(line),
  });
  const failed = printed.filter((line) => line.startsWith('fail')).map((line) => line.split(/ +/)[1]);
  return { code, failed, last: printed.at(-1) };
}

test('a running host that is well has nothing to mend', async () => {
  expect(await doctor()).toEqual({ code: 0, failed: [], last: 'Nothing to mend.' });
});

test('parts that hang are named, and hold nothing up', async () => {
  const frozen = HOST_PARTS.map((part) => freezePart(host, part));

  const found = await doctor().finally(() => {
    for (const goOn of frozen) goOn();
  });

  expect(found.code).toBe(1);
  // Readiness may be as old as five seconds.
  expect(found.failed.filter((what) => what !== 'ready')).toEqual(['postgres', 'redis', 'chroma', 'models']);
});
