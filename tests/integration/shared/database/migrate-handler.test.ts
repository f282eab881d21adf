import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'aws-lambda';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { handler } from '../../../../shared/database/migrate-handler.ts';
import { customResourceEvent, openCustomResourceInbox } from '../../../support/custom-resource-inbox.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../migrations', import.meta.url));
const context = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

let database: TestDatabase;
let inbox: Awaited<ReturnType<typeof openCustomResourceInbox>>;
let folder: string;

beforeAll(async () => {
  [database, inbox, folder] = await Promise.all([
    testDatabase(),
    openCustomResourceInbox(),
    mkdtemp(join(tmpdir(), 'understudy-migrations-')),
  ]);
  vi.stubEnv('STAGE', 'test');
  vi.stubEnv('SERVICE_NAME', 'migrate');
  vi.stubEnv('MIGRATION_DATABASE_URL', database.migrationUrl);
});

afterEach(() => {
  inbox.reports.length = 0;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([inbox.close(), database.drop(), rm(folder, { recursive: true })]);
});

test('a second deployment finds the schema as it should be', async () => {
  vi.stubEnv('MIGRATIONS_FOLDER', MIGRATIONS);

  await handler(customResourceEvent(inbox.url, 'Update'), context(300_000));

  expect(inbox.reports[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'understudy-schema' });
  expect(inbox.reports[0]?.body.Reason).toMatch(/^0 applied, \d+ already there$/);
});

test('a version that was taken back finds files in the database that it does not know, and leaves them', async () => {
  const older = await mkdtemp(join(tmpdir(), 'understudy-older-'));
  await copyFile(join(MIGRATIONS, '0001_roles.sql'), join(older, '0001_roles.sql'));
  vi.stubEnv('MIGRATIONS_FOLDER', older);

  await handler(customResourceEvent(inbox.url, 'Update'), context(300_000));

  expect(inbox.reports[0]?.body.Status).toBe('SUCCESS');
  expect(inbox.reports[0]?.body.Reason).toMatch(/^0 applied, \d\d already there$/);
  expect(await tableExists('documents')).toBe(true);
  await rm(older, { recursive: true });
});

test('a migration that fails is named, with the reason, and leaves nothing behind', async () => {
  await writeFile(join(folder, '9001_broken.sql'), 'create table half_done (id int); select no_such_thing();');
  vi.stubEnv('MIGRATIONS_FOLDER', folder);

  await handler(customResourceEvent(inbox.url, 'Update'), context(300_000));

  expect(inbox.reports[0]?.body.Status).toBe('FAILED');
  expect(inbox.reports[0]?.body.Reason).toContain('migration 9001_broken.sql failed');
  expect(inbox.reports[0]?.body.Reason).toContain('no_such_thing');
  expect(await tableExists('half_done')).toBe(false);
});

test('a migration that takes too long is reported before the function is ended', async () => {
  await rm(join(folder, '9001_broken.sql'), { force: true });
  await writeFile(join(folder, '9002_slow.sql'), 'select pg_sleep(3);');
  vi.stubEnv('MIGRATIONS_FOLDER', folder);

  await handler(customResourceEvent(inbox.url, 'Update'), context(11_000));

  expect(inbox.reports[0]?.body).toMatchObject({ Status: 'FAILED', Reason: 'not finished after 1000 ms' });
});

async function tableExists(name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: database.migrationUrl });
  await client.connect();
  const { rows } = await client.query('select to_regclass($1) as found', [name]);
  await client.end();
  return rows[0]?.found !== null;
}
