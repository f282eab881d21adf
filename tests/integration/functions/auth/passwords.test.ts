import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuthService,
  PASSWORD,
  someEmail,
  startAuthService,
  type TestTokens,
} from '../../../support/auth-service.ts';
import { until } from '../../../support/until.ts';

const NEW_PASSWORD = 'another long password';
let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

const logIn = (email: string, password: string) => auth.call('POST', '/v1/auth/login', { body: { email, password } });
const isSignedIn = async (tokens: TestTokens) =>
  (await auth.call('GET', '/v1/auth/me', { token: tokens.access_token })).status === 200;

async function countWaiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as waiting from pg_locks where not granted and database = (
       select oid from pg_database where datname = current_database()) or not granted and locktype = 'transactionid'`,
  );
  return rows[0].waiting;
}

describe('a forgotten password', () => {
  it('is replaced by the mailed link, once, and ends every session', async () => {
    const { email, tokens } = await auth.signUp();

    const asked = await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });
    const mail = (await auth.mailsTo(email)).at(-1);
    const body = { token: mail?.token, password: NEW_PASSWORD };
    const first = await auth.call('POST', '/v1/auth/password/reset', { body });
    const second = await auth.call('POST', '/v1/auth/password/reset', { body });

    expect([asked.status, asked.body]).toEqual([202, { status: 'accepted' }]);
    expect(mail?.text).toContain('/reset?token=');
    expect([first.status, second.status]).toEqual([204, 401]);
    expect(await isSignedIn(tokens)).toBe(false);
    expect([(await logIn(email, PASSWORD)).status, (await logIn(email, NEW_PASSWORD)).status]).toEqual([401, 200]);
  });

  it('lets nobody in who proved the old one while it was replaced', async () => {
    const { email, tokens } = await auth.signUp();
    const other = new pg.Client({ connectionString: auth.database.urlFor('auth') });
    await other.connect();
    await other.query('begin');
    await other.query('select app.enter_tenant($1)', [tokens.creator.id]);
    await other.query(`update creators set password_hash = 'replaced' where creator_id = $1`, [tokens.creator.id]);

    const entering = logIn(email, PASSWORD);
    const waiting = until('the login to wait for the change', async () => (await countWaiting(other)) > 0);
    await Promise.race([entering, waiting]);
    await other.query('commit');
    await other.end();

    expect((await entering).status).toBe(401);
  });

  it('leaves no session of those who came with the old one at the same moment', async () => {
    const { email } = await auth.signUp();
    await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });
    const token = (await auth.mailsTo(email)).at(-1)?.token;

    const [, ...entered] = await Promise.all([
      auth.call('POST', '/v1/auth/password/reset', { body: { token, password: NEW_PASSWORD } }),
      ...Array.from({ length: 8 }, () => logIn(email, PASSWORD)),
    ]);

    const alive = await Promise.all(
      entered.filter(({ status }) => status === 200).map(({ body }) => isSignedIn(body as TestTokens)),
    );
    expect(alive).not.toContain(true);
  });

  it('answers alike for an unknown address, and mails nobody', async () => {
    const email = someEmail();

    const asked = await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });

    expect([asked.status, asked.body]).toEqual([202, { status: 'accepted' }]);
    expect(await auth.mailsTo(email)).toEqual([]);
  });

  it('leaves only the latest link good', async () => {
    const { email } = await auth.signUp();
    await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });
    await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });
    const [, older, newer] = await auth.mailsTo(email);
    const reset = (token: string | undefined) =>
      auth.call('POST', '/v1/auth/password/reset', { body: { token, password: NEW_PASSWORD } });

    expect([(await reset(older?.token)).status, (await reset(newer?.token)).status]).toEqual([401, 204]);
  });

  it('does not take a link of another purpose', async () => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: { email, password: PASSWORD, display_name: 'Ada' } });
    const token = (await auth.mailsTo(email))[0]?.token;

    const answer = await auth.call('POST', '/v1/auth/password/reset', { body: { token, password: NEW_PASSWORD } });

    expect(answer.status).toBe(401);
  });
});

it('refuses the account’s own address as a password, however it is set', async () => {
  const { email, tokens } = await auth.signUp();
  await auth.call('POST', '/v1/auth/password/forgot', { body: { email } });
  const token = (await auth.mailsTo(email)).at(-1)?.token;
  const reset = (password: string) => auth.call('POST', '/v1/auth/password/reset', { body: { token, password } });

  const changed = await auth.call('POST', '/v1/auth/password/change', {
    token: tokens.access_token,
    body: { current_password: PASSWORD, new_password: email },
  });
  const refused = await reset(email.toUpperCase());
  const accepted = await reset(NEW_PASSWORD);

  expect([changed.status, refused.status, accepted.status]).toEqual([400, 400, 204]);
});

describe('changing the password', () => {
  it('needs the current one, and ends all other sessions', async () => {
    const { email, tokens } = await auth.signUp();
    const other: TestTokens = (await logIn(email, PASSWORD)).body;
    const change = (current: string) =>
      auth.call('POST', '/v1/auth/password/change', {
        token: tokens.access_token,
        body: { current_password: current, new_password: NEW_PASSWORD },
      });

    const wrong = await change('not the password');
    const right = await change(PASSWORD);

    expect([wrong.status, right.status]).toEqual([401, 204]);
    expect([await isSignedIn(tokens), await isSignedIn(other)]).toEqual([true, false]);
    expect((await logIn(email, NEW_PASSWORD)).status).toBe(200);
  });

  it('of several changes at once takes one, and tells the others that their password is no longer current', async () => {
    const { email, tokens } = await auth.signUp();
    const wanted = [1, 2, 3, 4].map((n) => `${NEW_PASSWORD} ${n}`);

    const answers = await Promise.all(
      wanted.map((password) =>
        auth.call('POST', '/v1/auth/password/change', {
          token: tokens.access_token,
          body: { current_password: PASSWORD, new_password: password },
        }),
      ),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401, 401, 401]);
    const taken = wanted[answers.findIndex(({ status }) => status === 204)] ?? '';
    expect((await logIn(email, taken)).status).toBe(200);
  });
});
