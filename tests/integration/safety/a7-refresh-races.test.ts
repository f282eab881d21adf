import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, openAuthApi } from '../../../functions/auth/auth-api.ts';
import { RootEnv, readEnv } from '../../../shared/config/env-constants.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import { type AuthService, startAuthService, type TestTokens } from '../../support/auth-service.ts';
import { callRest } from '../../support/rest-event.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';

const RACERS = figure(20, 200);
const ROUNDS = figure(2, 10);

let auth: AuthService;
let second: AuthApi;
let withoutRedis: AuthApi;
beforeAll(async () => {
  auth = await startAuthService({ RATE_LIMIT_FACTOR: '1000' });
  second = openAuthApi(readEnv(RootEnv, auth.env));
  withoutRedis = openAuthApi(readEnv(RootEnv, { ...auth.env, REDIS_URL: 'redis://127.0.0.1:9' }));
});
afterAll(async () => {
  await Promise.all([second?.close(), withoutRedis?.close()]);
  await auth?.stop();
});

const refreshAt = (api: Pick<AuthApi, 'handler'>, token: string) =>
  callRest(api.handler, 'POST', '/v1/auth/refresh', { body: { refresh_token: token } });
const refresh = (token: string) => auth.call('POST', '/v1/auth/refresh', { body: { refresh_token: token } });
const meStatus = async (tokens: TestTokens) =>
  (await auth.call('GET', '/v1/auth/me', { token: tokens.access_token })).status;

/** Tokens of the creator's one session, counted past the service. */
async function minted({ creator }: TestTokens): Promise<number> {
  const pool = openPool(auth.database.urlFor('auth'), { maxConnections: 1 });
  const rows = await openTenantDatabase(pool).readAsTenant(creator.id, (db) =>
    db.query('select id from refresh_tokens where creator_id = $1', [creator.id]),
  );
  await pool.end();
  return rows.length;
}

/** Half of them at one instance, half at another. */
const race = (token: string) =>
  Promise.all(
    Array.from({ length: RACERS }, (_, place) => (place % 2 === 0 ? refresh(token) : refreshAt(second, token))),
  );

describe('A7: racers with one refresh token', () => {
  test(
    'get one and the same successor, round after round',
    async () => {
      const { tokens } = await auth.signUp();
      let token = tokens.refresh_token;

      for (let round = 1; round <= ROUNDS; round++) {
        const answers = await race(token);

        const successors = new Set(answers.map(({ body }) => (body as TestTokens).refresh_token));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        expect(successors.size).toBe(1);
        expect(await minted(tokens)).toBe(round + 1);
        token = [...successors][0] ?? '';
      }
      tellFigure('A7', `${ROUNDS} rounds of ${RACERS} racers`, '1 successor each', '1');
    },
    WITHIN_MS,
  );

  test('end the family when they race with a token whose successor was used', async () => {
    const { tokens } = await auth.signUp();
    const next: TestTokens = (await refresh(tokens.refresh_token)).body;
    const last: TestTokens = (await refresh(next.refresh_token)).body;

    const answers = await race(tokens.refresh_token);

    tellFigure(
      'A7',
      'an older token',
      'ends the family',
      `${answers.filter(({ status }) => status !== 401).length} let in`,
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await minted(tokens)).toBe(3);
    expect([(await refresh(last.refresh_token)).status, await meStatus(last)]).toEqual([401, 401]);
  });

  test('end it although some of them are the owner, who goes on at the same moment', async () => {
    const { tokens } = await auth.signUp();
    const next: TestTokens = (await refresh(tokens.refresh_token)).body;

    const [thief, owner] = await Promise.all([refreshAt(second, tokens.refresh_token), refresh(next.refresh_token)]);
    const replay = await refresh(tokens.refresh_token);

    // Whoever came first, the used token is worth nothing once its successor was used.
    expect([200, 401]).toContain(thief.status);
    expect([200, 401]).toContain(owner.status);
    expect(replay.status).toBe(401);
    expect((await refresh((owner.body as Partial<TestTokens>).refresh_token ?? 'none')).status).toBe(401);
  });

  test('are held to the same by Postgres alone, without Redis', async () => {
    const { tokens } = await auth.signUp();

    const answers = await Promise.all(
      Array.from({ length: Math.min(RACERS, 40) }, () => refreshAt(withoutRedis, tokens.refresh_token)),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => (body as TestTokens).refresh_token)).size).toBe(1);
    expect(await minted(tokens)).toBe(2);
  });
});
