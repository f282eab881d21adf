import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reconcileCommand } from '../../../../../functions/ai/operator/reconcile-command.ts';
import { redriveCommand } from '../../../../../functions/ai/operator/redrive-command.ts';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'understudy-operator-'));
});
afterAll(() => rm(empty, { recursive: true, force: true }));

const COMMANDS = { reconcile: reconcileCommand, redrive: redriveCommand };

async function run(command: keyof typeof COMMANDS, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const lines: string[] = [];
  const code = await COMMANDS[command](args, { UNDERSTUDY_DATA: empty, ...env }, (line) => lines.push(line));
  return { code, said: lines.join('\n') };
}

describe.each(['reconcile', 'redrive'] as const)('npm run %s', (command) => {
  test.each(['--help', '-h'])('tells by %s what it does and how it is called', async (flag) => {
    const { code, said } = await run(command, [flag]);

    expect(code).toBe(0);
    expect(said).toContain(`npm run ${command}`);
    expect(said).toMatch(/safe/);
  });

  test('says in one line that no host is running', async () => {
    const { code, said } = await run(command, []);

    expect(code).toBe(1);
    expect(said).toMatch(/^No local host is running: .*npm start/);
    expect(said).not.toContain('\n');
  });

  test.each([
    ['--aws', ['--aws'], {}],
    ['AWS_ENDPOINT_URL', [], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
  ])('asks for the stack where %s means an account, before it looks into one', async (_, args, env) => {
    const { code, said } = await run(command, args, { AI_DATABASE_URL: 'postgres://role@127.0.0.1:9/none', ...env });

    expect(code).toBe(1);
    expect(said).toContain('--stack');
    expect(said).not.toContain('\n');
  });

  test('refuses options that it does not know', async () => {
    const { code, said } = await run(command, ['--everything']);

    expect(code).toBe(2);
    expect(said).toContain('--everything');
  });
});

test.each([
  ['reconcile', ['--creator', 'everybody'], '--creator'],
  ['reconcile', ['--wait', 'long'], '--wait'],
  ['reconcile', ['--wait=-1'], '--wait'],
  ['redrive', ['--max', '0'], '--max'],
  ['redrive', ['--max', 'all'], '--max'],
] as const)('npm run %s %j names the option that is wrong', async (command, args, option) => {
  const { code, said } = await run(command, args);

  expect(code).toBe(2);
  expect(said).toContain(option);
});
