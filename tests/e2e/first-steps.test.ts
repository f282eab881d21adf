import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PROJECT_ROOT } from '../support/module-graph.ts';

const { rest_url: api } = inject('endpoints');

describe('what a newcomer is told to type', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-first-steps-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('in docs/first-steps.md leads from sign-up to a cited answer and a tag for the page', async () => {
    const told = await type(folder, await blocksOf('docs/first-steps.md'));

    expect(told).toContain('"status":"verification_sent"');
    expect(told).toContain('uploaded: 204');
    expect(told).toMatch(/^ready$/m);
    expect(told).toContain('"refused":false');
    expect(told).toContain('open on Tuesday from ten until six');
    expect(told).toMatch(/<script src="[^"]+\/widget\/v1\/loader-\w+\.js"/);
    expect(await readFile(join(folder, 'page/index.html'), 'utf8')).toContain('data-widget="');
  });

  test('in the README leads from sign-up to a widget', async () => {
    const told = await type(folder, await blocksOf('README.md'));

    expect(told).toContain('"status":"verification_sent"');
    expect(told).toContain('"allowed_origins":["https://www.example.org"]');
  });
});

/** The blocks that speak to the API, as they stand, for the address of this host. */
async function blocksOf(path: string): Promise<string> {
  const text = await readFile(join(PROJECT_ROOT, path), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const begin = blocks.findIndex((block) => block.includes('API=http://127.0.0.1:8080'));
  const script = blocks.slice(begin).join('\n');
  // The last line serves the page for good, by a package that is not ours.
  return script.replace('API=http://127.0.0.1:8080', `API=${api}`).replace(/^npx .*$/m, '');
}

async function type(cwd: string, script: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, ACCESS: '' },
    timeout: 60_000,
  });
  return stdout;
}
