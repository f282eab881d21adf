import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureAssembly } from '../../../../infra/local/build-assembly.ts';
import { demoDocumentsReady } from '../../../../infra/local/demo/demo-documents.ts';
import { startHost } from '../../../../infra/local/host.ts';

test('a start that is given up goes no further and leaves nothing running', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-given-up-'));

  const starting = startHost({ dataFolder, port: 0, useMachineOllama: false, signal: AbortSignal.abort() });

  await expect(starting).rejects.toThrow(/aborted/);
  expect(await readdir(dataFolder)).toEqual([]);
  await rm(dataFolder, { recursive: true });
});

test('a build that is given up is not waited for', async () => {
  const givingUp = new AbortController();
  const said: string[] = [];

  const building = ensureAssembly((message) => {
    said.push(message);
    if (message.startsWith('building')) givingUp.abort();
  }, givingUp.signal);
  const outcome = await building.then(
    () => 'was there already',
    (error: unknown) => String(error),
  );

  expect(said).toHaveLength(1);
  expect(outcome).toMatch(said[0]?.startsWith('building') ? /^AbortError/ : /^was there already$/);
});

test('nobody waits for the samples of a start that is given up', async () => {
  const stuck = { id: '1', filename: 'guide.md', status: 'processing' };
  const client = { call: async () => ({ status: 200, body: { data: [stuck] } }), authorize: () => {} };

  const complaint = await demoDocumentsReady(client, 60_000, AbortSignal.timeout(150));

  expect(complaint).toBe('guide.md is processing');
}, 5_000);
