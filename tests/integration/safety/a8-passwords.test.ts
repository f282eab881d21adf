import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthService, PASSWORD, someEmail, startAuthService } from '../../support/auth-service.ts';
import { type Cost, type CountedAuth, openCountedAuth } from '../../support/safety/counted-auth.ts';
import { shareOf, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';

let auth: AuthService;
let counted: CountedAuth;
let known: string;
let pending: string;
beforeAll(async () => {
  auth = await startAuthService({ RATE_LIMIT_FACTOR: '1000' });
  counted = openCountedAuth({ ...auth.env });
  known = (await auth.signUp()).email;
  pending = someEmail();
  await auth.call('POST', '/v1/auth/register', { body: { email: pending, password: PASSWORD, display_name: 'Ada' } });
  // Connections and scripts are there before anything is counted.
  await counted.call('POST', '/v1/auth/login', { email: someEmail(), password: PASSWORD });
});
afterAll(async () => {
  await counted?.close();
  await auth?.stop();
});

/** What these calls cost and answered, each without what must differ. */
async function measure(path: string, bodies: Readonly<Record<string, unknown>>) {
  const costs: Record<string, Cost> = {};
  const answers = new Set<string>();
  for (const [name, body] of Object.entries(bodies)) {
    const { answer, cost } = await counted.call('POST', path, body);
    costs[name] = cost;
    answers.add(`${answer.status} ${answer.text.replace(/"(timestamp|request_id)":"[^"]*"/g, '')}`);
  }
  return { costs, answers };
}

/** Every branch cost what the first did. */
function expectAlike(costs: Readonly<Record<string, Cost>>, bcrypt: readonly string[]): void {
  const [first] = Object.values(costs);
  expect(first?.bcrypt).toEqual(bcrypt);
  expect(costs).toEqual(Object.fromEntries(Object.keys(costs).map((name) => [name, first])));
}

const TEXTS = {
  short: 'x',
  '71 bytes': 'b'.repeat(71),
  '72 bytes': 'b'.repeat(72),
  '73 bytes': 'b'.repeat(73),
  '128 characters': 'c'.repeat(128),
  '129 characters': 'c'.repeat(129),
  '512 characters': 'c'.repeat(512),
  'composed letters': 'é'.repeat(20).normalize('NFC'),
  'decomposed letters': 'é'.repeat(20).normalize('NFD'),
  'a NUL in the middle': `${PASSWORD}\0and more`,
  'half a surrogate pair': 'a wrong password \ud800',
  astral: '🗝️'.repeat(30),
};

describe('A8: signing in', () => {
  test('costs the same and answers the same whoever the address belongs to', async () => {
    const { costs, answers } = await measure('/v1/auth/login', {
      'a wrong password': { email: known, password: 'a wrong password' },
      'nobody’s address': { email: someEmail(), password: PASSWORD },
      'a registration that waits, with its own password': { email: pending, password: PASSWORD },
      'a registration that waits, with a wrong one': { email: pending, password: 'a wrong password' },
    });

    expectAlike(costs, ['compare 12']);
    expect(answers.size).toBe(1);
    tellFigure(
      'A8',
      'branches of a refused login',
      'one cost-12 compare, same round trips',
      `${Object.keys(costs).length} alike`,
    );
  });

  test('costs the same for every text that claims to be a password', { timeout: WITHIN_MS }, async () => {
    const claims = shareOf(Object.entries(TEXTS), 5).flatMap(([name, password]) => [
      [`${name}, known`, { email: known, password }],
      [`${name}, unknown`, { email: someEmail(), password }],
    ]);
    const { costs, answers } = await measure('/v1/auth/login', Object.fromEntries(claims));

    expectAlike(costs, ['compare 12']);
    expect(answers.size).toBe(1);
    tellFigure('A8', 'odd texts as passwords', 'one cost-12 compare each', `${claims.length} alike`);
  });

  test('makes one compare of cost 12 also when the password is right', async () => {
    const { answer, cost } = await counted.call('POST', '/v1/auth/login', { email: known, password: PASSWORD });

    expect([answer.status, cost.bcrypt]).toEqual([200, ['compare 12']]);
  });
});

describe('A8: registering and forgetting', () => {
  test('registering costs and answers the same whatever the address’ state', async () => {
    const body = (email: string) => ({ email, password: PASSWORD, display_name: 'Ada' });

    const { costs, answers } = await measure('/v1/auth/register', {
      'nobody’s address': body(someEmail()),
      'a creator’s': body(known),
      'a registration that waits': body(pending),
    });

    expectAlike(costs, ['hash 12']);
    expect(answers.size).toBe(1);
    expect(Object.values(costs).map(({ mails }) => mails)).toEqual([1, 1, 1]);
    tellFigure(
      'A8',
      'branches of registering',
      'one cost-12 hash, same round trips',
      `${Object.keys(costs).length} alike`,
    );
  });

  test('a forgotten password costs the same round trips and no hash, and only its owner gets a mail', async () => {
    const { costs, answers } = await measure('/v1/auth/password/forgot', {
      'a creator’s address': { email: known },
      'nobody’s': { email: someEmail() },
      'a registration that waits': { email: pending },
    });

    const withoutMails = Object.entries(costs).map(([name, cost]) => [name, { ...cost, mails: 0 }]);
    expectAlike(Object.fromEntries(withoutMails), []);
    expect(Object.values(costs).map(({ mails }) => mails)).toEqual([1, 0, 0]);
    expect(answers.size).toBe(1);
  });
});

const NEIGHBOURS = [
  ['72 bytes and one more', 'b'.repeat(72), 'b'.repeat(73)],
  ['73 bytes and one less', 'b'.repeat(73), 'b'.repeat(72)],
  ['a NUL and what follows it', 'before the NUL\0one', 'before the NUL\0two'],
  ['a NUL and what came before', 'before the NUL\0after', 'before the NUL'],
  ['another letter case', PASSWORD, PASSWORD.toUpperCase()],
] as const;

describe('A8: a password', () => {
  const logIn = async (email: string, password: string) =>
    (await auth.call('POST', '/v1/auth/login', { body: { email, password } })).status;
  const signUp = async (password: string) => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: { email, password, display_name: 'Ada' } });
    await auth.call('POST', '/v1/auth/verify-email', { body: { token: (await auth.mailsTo(email)).at(-1)?.token } });
    return email;
  };

  test.each(shareOf(NEIGHBOURS, 3))('is told apart from its neighbour: %s', async (_, chosen, neighbour) => {
    const email = await signUp(chosen);

    expect([await logIn(email, neighbour), await logIn(email, chosen)]).toEqual([401, 200]);
  });

  test('is the same however its letters are composed', async () => {
    const email = await signUp('é'.repeat(20).normalize('NFC'));

    expect(await logIn(email, 'é'.repeat(20).normalize('NFD'))).toBe(200);
  });

  test.each([
    ['11 characters', 'x'.repeat(11), 400],
    ['12 characters', 'fnord-zwölf!', 202],
    ['128 characters', 'xyz-'.repeat(32), 202],
    ['129 characters', `${'xyz-'.repeat(32)}x`, 400],
    ['half a surrogate pair', 'a long password \ud800', 400],
  ])('of %s is taken or refused when it is chosen', async (_, password, status) => {
    const body = { email: someEmail(), password, display_name: 'Ada' };

    expect((await auth.call('POST', '/v1/auth/register', { body })).status).toBe(status);
  });
});
