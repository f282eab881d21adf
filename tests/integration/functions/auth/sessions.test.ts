import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthService, PASSWORD, startAuthService, type TestTokens } from '../../../support/auth-service.ts';

let auth: AuthService;
let owner: pg.Client;
beforeAll(async () => {
  auth = await startAuthService();
  owner = new pg.Client({ connectionString: auth.database.urlFor('auth') });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await auth.stop();
});

const refresh = (token: string) => auth.call('POST', '/v1/auth/refresh', { body: { refresh_token: token } });
const me = (tokens: TestTokens) => auth.call('GET', '/v1/auth/me', { token: tokens.access_token });
const logIn = async (email: string): Promise<TestTokens> =>
  (await auth.call('POST', '/v1/auth/login', { body: { email, password: PASSWORD } })).body;

/** Runs a statement as the service, inside the creator's tenancy. */
async function asCreator(creatorId: string, text: string, values: unknown[] = []) {
  await owner.query('begin');
  await owner.query('select app.enter_tenant($1)', [creatorId]);
  const { rows } = await owner.query(text, values);
  await owner.query('commit');
  return rows;
}

describe('refreshing', () => {
  it('gives a new pair of the same session', async () => {
    const { tokens } = await auth.signUp();

    const next = await refresh(tokens.refresh_token);
    const after = await refresh((next.body as TestTokens).refresh_token);

    expect([next.status, after.status]).toEqual([200, 200]);
    expect(new Set([next, after].map(({ body }) => (body as TestTokens).refresh_token)).size).toBe(2);
  });

  it('gives twenty racers one and the same successor', async () => {
    const { tokens } = await auth.signUp();

    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(tokens.refresh_token)));

    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => (body as TestTokens).refresh_token)).size).toBe(1);
    const minted = await asCreator(tokens.creator.id, 'select id from refresh_tokens where creator_id = $1', [
      tokens.creator.id,
    ]);
    expect(minted).toHaveLength(2);
  });

  it('ends the session when a token comes back whose successor was used', async () => {
    const { tokens } = await auth.signUp();
    const next: TestTokens = (await refresh(tokens.refresh_token)).body;
    const last: TestTokens = (await refresh(next.refresh_token)).body;

    const reused = await refresh(tokens.refresh_token);

    expect(reused.status).toBe(401);
    expect((await refresh(last.refresh_token)).status).toBe(401);
    expect((await me(last)).status).toBe(401);
  });

  it('ends the session when a token comes back after the grace time', async () => {
    const { tokens } = await auth.signUp();
    const next: TestTokens = (await refresh(tokens.refresh_token)).body;
    await asCreator(
      tokens.creator.id,
      `update refresh_tokens set used_at = used_at - interval '11 seconds'
       where creator_id = $1 and status = 'used'`,
      [tokens.creator.id],
    );

    const late = await refresh(tokens.refresh_token);

    expect(late.status).toBe(401);
    expect((await refresh(next.refresh_token)).status).toBe(401);
  });

  it.each(['ur_', 'nonsense', `ur_${'A'.repeat(43)}`, `uk_${'A'.repeat(43)}`])('refuses %s', async (token) => {
    expect((await refresh(token)).status).toBe(401);
  });

  it('keeps only hashes of its tokens', async () => {
    const { tokens } = await auth.signUp();

    const [row] = await asCreator(tokens.creator.id, 'select * from refresh_tokens where creator_id = $1', [
      tokens.creator.id,
    ]);

    expect(JSON.stringify(row)).not.toContain(tokens.refresh_token.slice(3));
  });
});

describe('ending sessions', () => {
  it('refuses access and refresh token at once after logging out', async () => {
    const { email, tokens } = await auth.signUp();
    const other = await logIn(email);

    const out = await auth.call('POST', '/v1/auth/logout', { token: tokens.access_token });

    expect([out.status, out.text]).toEqual([204, '']);
    expect((await me(tokens)).status).toBe(401);
    expect((await refresh(tokens.refresh_token)).status).toBe(401);
    expect((await me(other)).status).toBe(200);
  });

  it('lists the live ones, newest first, in pages', async () => {
    const { email, tokens } = await auth.signUp();
    await logIn(email);
    const token = (await logIn(email)).access_token;

    const first = await auth.call('GET', '/v1/auth/sessions', { token, query: { limit: '2' } });
    const page: { data: { current: boolean }[]; next_cursor: string } = first.body;
    const second = await auth.call('GET', '/v1/auth/sessions', { token, query: { cursor: page.next_cursor } });

    expect(page.data.map((session) => session.current)).toEqual([true, false]);
    expect(second.body).toMatchObject({ data: [{ current: false }], next_cursor: null });
    expect(tokens.creator.email).toBe(email);
  });

  it('ends one, and answers 404 for it afterwards', async () => {
    const { email, tokens } = await auth.signUp();
    const other = await logIn(email);
    const { session_id: id } = (await me(other)).body as { session_id: string };

    const first = await auth.call('DELETE', `/v1/auth/sessions/${id}`, { token: tokens.access_token });
    const second = await auth.call('DELETE', `/v1/auth/sessions/${id}`, { token: tokens.access_token });

    expect([first.status, second.status]).toEqual([204, 404]);
    expect((await me(other)).status).toBe(401);
  });

  it("does not touch another creator's, and answers as for an unknown one", async () => {
    const [mine, foreign] = await Promise.all([auth.signUp(), auth.signUp()]);
    const { session_id: id } = (await me(foreign.tokens)).body as { session_id: string };
    const { access_token: token } = mine.tokens;

    const answers = await Promise.all([
      auth.call('DELETE', `/v1/auth/sessions/${id}`, { token }),
      auth.call('DELETE', '/v1/auth/sessions/00000000-0000-4000-8000-000000000000', { token }),
    ]);

    const bodies = answers.map(({ body }) => (body as { error: { code: string; message: string } }).error);
    expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
    expect(bodies[0]?.message).toBe(bodies[1]?.message);
    expect((await me(foreign.tokens)).status).toBe(200);
  });

  it('ends all, the own one too', async () => {
    const { email, tokens } = await auth.signUp();
    const other = await logIn(email);

    const answer = await auth.call('DELETE', '/v1/auth/sessions', { token: tokens.access_token });

    expect(answer.status).toBe(204);
    expect([(await me(tokens)).status, (await me(other)).status]).toEqual([401, 401]);
  });

  it('asks Postgres when nothing is remembered, and remembers a live one', async () => {
    const { tokens } = await auth.signUp();
    await asCreator(
      tokens.creator.id,
      `update sessions set status = 'ended', ended_at = now(), end_reason = 'logout' where creator_id = $1`,
      [tokens.creator.id],
    );

    expect((await me(tokens)).status).toBe(401);
  });
});

it('writes an audit row for each change', async () => {
  const { email, tokens } = await auth.signUp();
  const other = await logIn(email);
  await auth.call('POST', '/v1/auth/logout', { token: other.access_token });

  const rows = await asCreator(
    tokens.creator.id,
    'select action from audit_events where creator_id = $1 order by created_at',
    [tokens.creator.id],
  );

  expect(rows.map((row) => row.action)).toEqual([
    'creator.registered',
    'creator.verified',
    'session.opened',
    'session.ended',
  ]);
});
