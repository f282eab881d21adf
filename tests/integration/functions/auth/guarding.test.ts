import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthApi, openAuthApi } from '../../../../functions/auth/auth-api.ts';
import { RootEnv, readEnv } from '../../../../shared/config/env-constants.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { type AuthService, PASSWORD, someEmail, startAuthService } from '../../../support/auth-service.ts';
import { callRest } from '../../../support/rest-event.ts';

let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

/** Rows of a creator, read past the service. */
async function rowsOf(creatorId: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const pool = openPool(auth.database.urlFor('auth'), { maxConnections: 1 });
  const rows = await openTenantDatabase(pool).readAsTenant(creatorId, (db) => db.query(text, [creatorId]));
  await pool.end();
  return rows;
}
const actionsOf = async (creatorId: string) =>
  (await rowsOf(creatorId, 'select action from audit_events where creator_id = $1 order by created_at, id')).map(
    ({ action }) => action,
  );
const post = (path: string, body: unknown, token?: string) =>
  auth.call('POST', `/v1/auth/${path}`, { body, ...(token !== undefined && { token }) });

describe('a password that everybody would guess', () => {
  it.each(['password1234', 'PassWord1234', '123456789012', 'ｐａｓｓｗｏｒｄ1234'])(
    'is refused: %s',
    async (password) => {
      const answer = await post('register', { email: someEmail(), password, display_name: 'Ada' });

      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ error: { details: { fields: [{ path: 'password' }] } } });
    },
  );

  it('is refused where it is the address itself', async () => {
    const email = someEmail();

    expect((await post('register', { email, password: email, display_name: 'Ada' })).status).toBe(400);
  });

  it('is refused when a password is changed or reset, and the mailed link stays good', async () => {
    const { email, tokens } = await auth.signUp();
    await post('password/forgot', { email });
    const token = (await auth.mailsTo(email)).at(-1)?.token;

    const change = { current_password: PASSWORD, new_password: 'password1234' };
    const changed = await post('password/change', change, tokens.access_token);
    const reset = await post('password/reset', { token, password: 'password1234' });
    const again = await post('password/reset', { token, password: 'another long password' });

    expect([changed.status, reset.status, again.status]).toEqual([400, 400, 204]);
    expect(changed.body).toMatchObject({ error: { details: { fields: [{ path: 'new_password' }] } } });
  });
});

describe('a password stored under an older pepper', () => {
  let renewed: AuthApi;
  beforeAll(() => {
    const pepper = `2:${randomBytes(32).toString('base64')},1:${auth.env.PASSWORD_PEPPER}`;
    renewed = openAuthApi(readEnv(RootEnv, { ...auth.env, PASSWORD_PEPPER: pepper }));
  });
  afterAll(() => renewed.close());
  const version = async (creatorId: string) =>
    (await rowsOf(creatorId, 'select pepper_version from creators where creator_id = $1'))[0]?.pepper_version;

  it('is good, and stored anew by the login that knows it', async () => {
    const { email, tokens } = await auth.signUp();
    const logIn = async (password: string) =>
      (await callRest(renewed.handler, 'POST', '/v1/auth/login', { body: { email, password }, sourceIp: randomUUID() }))
        .status;

    const before = await version(tokens.creator.id);
    const wrong = await logIn('a wrong password');
    const afterWrong = await version(tokens.creator.id);
    const right = await logIn(PASSWORD);

    expect([before, wrong, afterWrong, right]).toEqual([1, 401, 1, 200]);
    expect(await version(tokens.creator.id)).toBe(2);
    expect(await logIn(PASSWORD)).toBe(200);
  });
});

describe('limits', () => {
  it.each([
    ['refresh', 600, { refresh_token: `ur_${'A'.repeat(43)}` }],
    ['verify-email', 120, { token: 'A'.repeat(43) }],
    ['password/reset', 120, { token: 'A'.repeat(43), password: PASSWORD }],
  ])('of an address hold for %s: %i', async (path, limit, body) => {
    const sourceIp = randomUUID();
    const statuses: number[] = [];
    for (let count = 0; count < limit + 3; count++) {
      statuses.push((await auth.call('POST', `/v1/auth/${path}`, { body, sourceIp })).status);
    }

    expect(statuses.filter((status) => status === 401)).toHaveLength(limit);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
  });

  it('spare a mailbox, whoever asks from wherever, and tell nobody', async () => {
    const { email } = await auth.signUp();

    const answers = [];
    for (let count = 0; count < 12; count++) answers.push(await post('password/forgot', { email }));

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    // One verified the address.
    expect(await auth.mailsTo(email)).toHaveLength(10);
  });
});

describe('the audit trail', () => {
  it('tells of refused logins', async () => {
    const { email, tokens } = await auth.signUp();

    await post('login', { email, password: 'a wrong password' });

    expect(await actionsOf(tokens.creator.id)).toEqual(['creator.registered', 'creator.verified', 'login.refused']);
  });

  it('tells of the use of a key once an hour, and of what it may not do', async () => {
    const { tokens } = await auth.signUp();
    const body = { name: 'a program', permissions: ['account:manage'] };
    const strong = (await post('api-keys', body, tokens.access_token)).body as { secret: string };
    const weak = (await post('api-keys', { ...body, permissions: ['documents:read'] }, tokens.access_token)).body as {
      secret: string;
    };
    const me = (token: string) => auth.call('GET', '/v1/auth/me', { token });

    const statuses = [];
    for (const key of [strong, strong, weak, weak]) statuses.push((await me(key.secret)).status);

    expect(statuses).toEqual([200, 200, 403, 403]);
    const told = (await actionsOf(tokens.creator.id)).slice(-3);
    expect(told).toEqual(['api_key.used', 'api_key.used', 'permission.refused']);
  });
});
