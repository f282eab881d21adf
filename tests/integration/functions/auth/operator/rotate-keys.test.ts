import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, openAuthApi } from '../../../../../functions/auth/auth-api.ts';
import { rotateKeysCommand } from '../../../../../functions/auth/operator/rotate-keys-command.ts';
import { RootEnv, readEnv } from '../../../../../shared/config/env-constants.ts';
import { type AuthService, startAuthService } from '../../../../support/auth-service.ts';
import { callRest } from '../../../../support/rest-event.ts';

let auth: AuthService;
let folder: string;
beforeAll(async () => {
  [auth, folder] = await Promise.all([startAuthService(), mkdtemp(join(tmpdir(), 'understudy-rotate-'))]);
  // What a running local host leaves in its data folder.
  await writeFile(join(folder, 'endpoints.json'), JSON.stringify({ database_url: auth.database.migrationUrl }));
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ dataEncryptionKey: auth.env.DATA_ENCRYPTION_KEY }));
});
afterAll(async () => {
  await Promise.all([auth?.stop(), rm(folder, { recursive: true, force: true })]);
});

async function run(args: readonly string[], env: NodeJS.ProcessEnv = { UNDERSTUDY_DATA: folder }) {
  const lines: string[] = [];
  const code = await rotateKeysCommand(args, env, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

/** As though the next key had been published for an hour. */
async function anHourPasses() {
  const owner = new pg.Client({ connectionString: auth.database.migrationUrl });
  await owner.connect();
  await owner.query(`update signing_keys set state_since = state_since - interval '1 hour'`);
  await owner.end();
}

/** At an instance that has cached nothing yet. */
async function meStatus(token: string): Promise<number> {
  const api: AuthApi = openAuthApi(readEnv(RootEnv, auth.env));
  const { status } = await callRest(api.handler, 'GET', '/v1/auth/me', { token });
  await api.close();
  return status;
}

describe('npm run rotate-keys', () => {
  test('waits until the next key is published, then lets it sign, and refuses no token', async () => {
    const { tokens } = await auth.signUp();

    const early = await run([]);
    await anHourPasses();
    const late = await run([]);

    expect([early.code, early.text]).toEqual([3, expect.stringContaining('nothing rotated')]);
    expect([late.code, late.text]).toEqual([0, expect.stringMatching(/signs now/)]);
    expect(await meStatus(tokens.access_token)).toBe(200);
  });

  test('refuses every token of a dropped key at once, and the session lives on', async () => {
    const { tokens } = await auth.signUp();
    const header = JSON.parse(Buffer.from(tokens.access_token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    const before = await meStatus(tokens.access_token);

    const dropped = await run(['--drop', header.kid]);
    const again = await run(['--drop', header.kid]);
    const refreshed = await auth.call('POST', '/v1/auth/refresh', { body: { refresh_token: tokens.refresh_token } });

    expect([before, dropped.code, await meStatus(tokens.access_token)]).toEqual([200, 0, 401]);
    expect([again.code, again.text]).toEqual([1, expect.stringContaining('no key')]);
    expect(refreshed.status).toBe(200);
  });

  test('drops the key that signs now without its name, and lists what there is', async () => {
    const current = /^(\S+) {2}current/m.exec((await run(['--list'])).text)?.[1] ?? 'none';

    const dropped = await run(['--drop', 'current']);
    const listed = await run(['--list']);

    expect([dropped.code, dropped.text]).toEqual([0, expect.stringContaining(`dropped ${current}`)]);
    expect(listed.text).toMatch(new RegExp(`^${current} {2}retired`, 'm'));
    expect(listed.text).toMatch(/ {2}current/);
  });

  test('works on a named database, too', async () => {
    const { DATABASE_URL, DATA_ENCRYPTION_KEY } = auth.env;

    expect((await run(['--list'], { AUTH_DATABASE_URL: DATABASE_URL, DATA_ENCRYPTION_KEY })).code).toBe(0);
  });

  test.each([
    ['there is no host', [], { UNDERSTUDY_DATA: '/nowhere' }, 1, 'No local host'],
    ['the key is missing', [], { AUTH_DATABASE_URL: 'postgres://x@127.0.0.1/y' }, 1, 'DATA_ENCRYPTION_KEY'],
    ['an option is unknown', ['--force'], {}, 2, '--force'],
    ['help is asked for', ['--help'], {}, 0, 'emergency'],
  ])('says in words when %s', async (_, args, env, code, words) => {
    expect(await run(args, env)).toEqual({ code, text: expect.stringContaining(words) });
  });
});
