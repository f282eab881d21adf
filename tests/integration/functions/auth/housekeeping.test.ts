import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyRotation } from '../../../../functions/auth/key-rotation.ts';
import { AuthEnv, readEnv } from '../../../../shared/config/env-constants.ts';
import { type AuthService, PASSWORD, someEmail, startAuthService } from '../../../support/auth-service.ts';

let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

describe('the daily run', () => {
  it('keeps a complete key ring and removes registrations that nobody verified in two days', async () => {
    const { email } = await auth.signUp();
    const [stale, fresh] = [someEmail(), someEmail()];
    for (const address of [stale, fresh]) {
      const body = { email: address, password: PASSWORD, display_name: 'Ada' };
      await auth.call('POST', '/v1/auth/register', { body });
    }
    await makeOlder(auth, [stale, email]);
    const rotation = openKeyRotation(readEnv(AuthEnv, auth.env));

    const report = await rotation.handler({}, { awsRequestId: 'daily-run-1' });
    await rotation.close();

    expect(report).toMatchObject({ rotated: false, retired: [] });
    const verify = async (address: string) => {
      const token = (await auth.mailsTo(address))[0]?.token;
      return (await auth.call('POST', '/v1/auth/verify-email', { body: { token } })).status;
    };
    expect([await verify(stale), await verify(fresh)]).toEqual([401, 200]);
    expect((await auth.call('POST', '/v1/auth/login', { body: { email, password: PASSWORD } })).status).toBe(200);
  });
});

describe('the daily run, where keys cannot be read', () => {
  it('removes stale registrations all the same, and fails', async () => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: { email, password: PASSWORD, display_name: 'Ada' } });
    const token = (await auth.mailsTo(email))[0]?.token;
    await makeOlder(auth, [email]);
    const rotation = openKeyRotation(readEnv(AuthEnv, auth.env));

    await asOwner(auth, 'revoke select on signing_keys from understudy_auth');
    const run = await rotation.handler({}, { awsRequestId: 'daily-run-2' }).catch((error: unknown) => error);
    await asOwner(auth, 'grant select on signing_keys to understudy_auth');
    await rotation.close();

    expect(run).toMatchObject({ code: '42501' });
    expect((await auth.call('POST', '/v1/auth/verify-email', { body: { token } })).status).toBe(401);
  });
});

describe('without Redis', () => {
  it('signing in, asking and signing out work, and a session that ended is refused', async () => {
    const alone = await startAuthService({ REDIS_URL: 'redis://127.0.0.1:1' });
    const { email, tokens } = await alone.signUp();
    const me = async () => (await alone.call('GET', '/v1/auth/me', { token: tokens.access_token })).status;

    const login = await alone.call('POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
    const before = await me();
    const logout = await alone.call('POST', '/v1/auth/logout', { token: tokens.access_token });
    const after = await me();

    await alone.stop();
    expect([login.status, before, logout.status, after]).toEqual([200, 200, 204, 401]);
  });
});

async function asOwner(service: AuthService, statement: string): Promise<void> {
  const owner = new pg.Client({ connectionString: service.database.migrationUrl });
  await owner.connect();
  await owner.query(statement).finally(() => owner.end());
}

/** Row level security binds the owner of the table too, until it is lifted for this one statement. */
async function makeOlder(service: AuthService, emails: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: service.database.migrationUrl });
  await client.connect();
  await client.query('alter table creators no force row level security');
  await client.query(`update creators set created_at = now() - interval '3 days' where email = any($1)`, [emails]);
  await client.query('alter table creators force row level security');
  await client.end();
}
