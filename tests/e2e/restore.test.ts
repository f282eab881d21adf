import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { useHost } from '../support/host-under-test.ts';
import { PROJECT_ROOT } from '../support/module-graph.ts';
import { type Creator, newCreator, rest, uploadText } from '../support/rest-client.ts';
import { type RunningHost, startHost } from '../support/running-host.ts';

/** All that is kept, as docs/operations.md names it: the truth, the originals, and the keys that open both. */
const KEPT = ['postgres', 'aws', 'secrets.json'];
const QUESTION = { question: 'Which lens does the lighthouse of Skerry use?' };

const folders: string[] = [];
let host: RunningHost | undefined;

afterAll(async () => {
  await host?.stop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-restore-'));
  folders.push(folder);
  return folder;
}

/** With owners and modes: Postgres opens no cluster that is another's. */
function copyKept(from: string, to: string): void {
  for (const name of KEPT) execFileSync('cp', ['-a', join(from, name), to]);
}

async function start(dataFolder: string): Promise<void> {
  host = await startHost({ dataFolder, env: { RATE_LIMIT_FACTOR: '20' } });
  useHost(host);
}

const citationOf = (answer: { body: { citations: { document_id: string; chunk_id: string; snippet: string }[] } }) =>
  answer.body.citations.map(({ document_id, chunk_id, snippet }) => ({ document_id, chunk_id, snippet }));

/** `npm run reconcile` for this creator; what it printed. */
function reconcile({ id: creatorId }: Creator, dataFolder: string): string {
  const command = ['functions/ai/operator/reconcile-command.ts', '--creator', creatorId];
  const env = { ...process.env, UNDERSTUDY_DATA: dataFolder };
  return execFileSync(process.execPath, command, { cwd: PROJECT_ROOT, env, encoding: 'utf8' });
}

async function vectorCount({ id: creatorId }: Creator): Promise<number> {
  const base = `${host?.endpoints.chroma_url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const collections = (await (await fetch(base)).json()) as { id: string; name: string }[];
  const own = collections.find(({ name }) => name === `creator_${creatorId}_knowledge`);
  return own ? Number(await (await fetch(`${base}/${own.id}/count`)).text()) : 0;
}

test('a backup of Postgres, files and keys brings everything back: the same login, answer and citation', async () => {
  const [first, backup, second] = [await newFolder(), await newFolder(), await newFolder()];
  await start(first);
  const creator = await newCreator();
  await uploadText(creator, 'skerry.md', '# Skerry\n\nThe lighthouse of Skerry uses a Fresnel lens from 1911.\n');
  const before = await rest('POST', '/v1/ai/answers', { token: creator.token, body: QUESTION });
  const vectors = await vectorCount(creator);

  await host?.stop();
  copyKept(first, backup);
  await rm(first, { recursive: true });
  copyKept(backup, second);
  await start(second);
  const login = await rest('POST', '/v1/auth/login', { body: { email: creator.email, password: creator.password } });
  const again = { ...creator, token: login.body.access_token };
  const lost = await vectorCount(again);
  const report = reconcile(again, second);
  const restored = await vectorCount(again);
  const after = await rest('POST', '/v1/ai/answers', { token: again.token, body: QUESTION });

  expect(vectors).toBeGreaterThan(0);
  expect(lost, 'the index is no part of the backup').toBe(0);
  expect(restored, report).toBe(vectors);
  expect(before.body.refused).toBe(false);
  expect(citationOf(before)).not.toEqual([]);
  expect(login.status).toBe(200);
  expect(citationOf(after)).toEqual(citationOf(before));
  expect(after.body.answer).toBe(before.body.answer);
  const { body: trail } = await rest('GET', '/v1/hub/audit-events', { token: again.token });
  expect(trail.data.map((event: { action: string }) => event.action)).toContain('document.created');
}, 300_000);
