import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'aws-lambda';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openPartRegistry } from '../../../../infra/local/parts/part-registry.ts';
import { startPostgres } from '../../../../infra/local/parts/postgres.ts';
import { readSecrets } from '../../../../infra/local/parts/secrets.ts';
import { SERVICE_ROLES, serviceDatabaseUrl } from '../../../../shared/config/service-roles.ts';
import { handler } from '../../../../shared/database/migrate-handler.ts';
import { customResourceEvent, openCustomResourceInbox } from '../../../support/custom-resource-inbox.ts';

const CONTEXT = { getRemainingTimeInMillis: () => 300_000 } as Context;
const FIRST = 'the first, of p@ss/w:rds';
const SECOND = `'; drop role "understudy_auth"; -- 100 % ünïcode`;

let folder: string;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let registry: Awaited<ReturnType<typeof openPartRegistry>>;
let inbox: Awaited<ReturnType<typeof openCustomResourceInbox>>;

// Roles belong to the whole server: this file has one of its own.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-passwords-'));
  registry = await openPartRegistry(folder);
  const context = { dataFolder: folder, registry, secrets: readSecrets(folder), onProgress: () => {} };
  [postgres, inbox] = await Promise.all([startPostgres(context, undefined), openCustomResourceInbox()]);
  vi.stubEnv('STAGE', 'test');
  vi.stubEnv('SERVICE_NAME', 'migrate');
  vi.stubEnv('MIGRATION_DATABASE_URL', postgres.url);
  vi.stubEnv('MIGRATIONS_FOLDER', fileURLToPath(new URL('../../../../migrations', import.meta.url)));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([inbox?.close(), postgres?.stop()]);
  registry?.release();
  await rm(folder, { recursive: true, force: true });
});

function addressWith(password: string): string {
  const url = new URL(serviceDatabaseUrl(postgres.url, 'auth'));
  url.password = encodeURIComponent(password);
  return url.href;
}

async function whoLogsIn(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return (await client.query<{ name: string }>('select current_user as name')).rows[0]?.name ?? '';
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown';
  } finally {
    await client.end();
  }
}

test('each deployment gives the roles the passwords of the addresses that the services get', async () => {
  for (const password of [FIRST, SECOND]) {
    vi.stubEnv('AUTH_DATABASE_URL', addressWith(password));

    await handler(customResourceEvent(inbox.url, 'Update'), CONTEXT);

    expect(inbox.reports.at(-1)?.body).toMatchObject({ Status: 'SUCCESS' });
    expect(await whoLogsIn(addressWith(password))).toBe(SERVICE_ROLES.auth);
  }
  expect(await whoLogsIn(addressWith(FIRST))).toBe('28P01');
  expect(await whoLogsIn(serviceDatabaseUrl(postgres.url, 'hub'))).toBe(SERVICE_ROLES.hub);
});

test('a step that fails tells no password', async () => {
  vi.stubEnv('AUTH_DATABASE_URL', addressWith(SECOND));
  vi.stubEnv('MIGRATION_DATABASE_URL', addressWith(SECOND));

  await handler(customResourceEvent(inbox.url, 'Update'), CONTEXT);

  const told = JSON.stringify(inbox.reports.at(-1)?.body);
  expect(told).toContain('FAILED');
  expect(told).not.toContain(SECOND);
  expect(told).not.toContain(encodeURIComponent(SECOND));
});
