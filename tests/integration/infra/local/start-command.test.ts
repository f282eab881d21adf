import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../support/module-graph.ts';
import { freePort, type RunningHost, startHost } from '../../../support/running-host.ts';

let dataFolder: string;
let host: RunningHost | undefined;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'understudy-start-'));
});
afterEach(() => host?.stop());
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

/** Runs the command to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, UNDERSTUDY_DATA: dataFolder, UNDERSTUDY_MACHINE_OLLAMA: 'never', OLLAMA_HOST: '', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => (said.out += String(bytes)));
  child.stderr.on('data', (bytes) => (said.err += String(bytes)));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

async function asDemoCreator(restUrl: string) {
  const call = async (method: string, path: string, body?: unknown, token?: string) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
    const response = await fetch(`${restUrl}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
    });
    return (await response.json()) as { access_token: string; data: { status: string; allowed_origins: string[] }[] };
  };
  const credentials = { email: 'demo@understudy.local', password: 'understudy-demo-2026' };
  const { access_token } = await call('POST', '/v1/auth/login', credentials);
  const documents = (await call('GET', '/v1/hub/documents', undefined, access_token)).data;
  const widgets = (await call('GET', '/v1/hub/widgets', undefined, access_token)).data;
  return { documents, widgets };
}

describe('the command behind npm start', () => {
  test('refuses an unknown option with one line and 2', async () => {
    const { code, err } = await run(['--nonsense']);

    expect(code).toBe(2);
    expect(err).toMatch(/^understudy: .*--nonsense.*\n$/);
  });

  test('prints its help', async () => {
    const { code, out } = await run(['--help']);

    expect(code).toBe(0);
    for (const word of ['PORT', 'UNDERSTUDY_DATA', 'OLLAMA_HOST', '--fresh']) expect(out).toContain(word);
  });

  test('says in one line that its port is taken, before it starts anything', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const { code, err } = await run([], { PORT: String(port) });

    expect(code).toBe(1);
    expect(err).toBe(`understudy: port ${port} is taken by another program\n`);
    expect(await readdir(dataFolder)).toEqual([]);
    squatter.close();
  });

  test('runs, is refused a second time, survives a kill on another port, and stops cleanly', {
    timeout: 240_000,
  }, async () => {
    host = await startHost({ dataFolder });
    expect(host.endpoints).toMatchObject({ console_url: null, pid: host.process.pid });
    expect(host.output()).toMatch(/Node 24\..*offline model/is);
    const first = await asDemoCreator(host.endpoints.rest_url);

    const second = await run([], { PORT: String(await freePort()) });
    expect(second).toMatchObject({ code: 1 });
    expect(second.err).toMatch(/^understudy: another local host .*\n$/);

    await host.kill();
    expect(existsSync(join(dataFolder, 'endpoints.json'))).toBe(true);
    host = await startHost({ dataFolder });
    const again = await asDemoCreator(host.endpoints.rest_url);
    const origin = new URL(host.endpoints.demo_url).origin;
    expect(again.documents.map((document) => document.status)).toEqual(['ready', 'ready']);
    expect(first.documents).toHaveLength(2);
    expect(again.widgets.map((widget) => widget.allowed_origins)).toEqual([[origin]]);
    expect(await (await fetch(host.endpoints.demo_url)).text()).toContain('<script src=');

    expect(await host.stop()).toBe(0);
    expect(existsSync(join(dataFolder, 'endpoints.json'))).toBe(false);
    expect(existsSync(join(dataFolder, 'host.lock'))).toBe(false);
  });

  test('--fresh begins with empty data and leaves what is not its own', { timeout: 120_000 }, async () => {
    const before = await readFile(join(dataFolder, 'secrets.json'), 'utf8');

    host = await startHost({ dataFolder, args: ['--fresh'] });

    expect(await readFile(join(dataFolder, 'secrets.json'), 'utf8')).not.toBe(before);
    const known =
      /^(aws|chroma(\.yaml)?|demo-session\.json|endpoints\.json|host\.lock|logs|mail|notified|parts\.json|postgres|redis|schedules\.json|secrets\.json|tmp)$/;
    expect((await readdir(dataFolder)).filter((name) => !known.test(name))).toEqual([]);
  });
});
