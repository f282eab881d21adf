import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { migrateCommand } from '../../../../shared/database/migrate-command.ts';
import { testDatabase } from '../../../support/test-database.ts';

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await migrateCommand(args, env, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

test('a database that is up to date is left as it is', async () => {
  const database = await testDatabase();

  const { code, text } = await run([], { UNDERSTUDY_DATABASE_URL: database.migrationUrl });

  expect(code).toBe(0);
  expect(text).toMatch(/^0 applied, \d+ already there$/);
  await database.drop();
});

test('what cannot be done is told in one line, without the password', async () => {
  const password = randomBytes(8).toString('hex');

  const refused = await run([`postgres://nobody:${password}@127.0.0.1:1/nothing`]);
  const unnamed = await run([]);
  const unknown = await run(['--sideways']);

  expect([refused.code, unnamed.code, unknown.code]).toEqual([1, 2, 2]);
  expect(unknown.text).toContain('--sideways');
  for (const { text } of [refused, unnamed, unknown]) {
    expect(text.split('\n')).toHaveLength(1);
    expect(text).not.toContain(password);
  }
});

test('--help tells how it is used', async () => {
  const { code, text } = await run(['--help']);

  expect(code).toBe(0);
  expect(text).toContain('npm run migrate');
});
