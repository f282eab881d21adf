import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS } from '../../../../shared/models/permission.ts';
import { type AuthService, PASSWORD, someAddress, someEmail, startAuthService } from '../../../support/auth-service.ts';

let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

const registration = (email: string, password = PASSWORD) => ({ email, password, display_name: 'Ada' });
const code = (answer: { body: { error: { code: string } } }) => answer.body.error.code;

describe('registering', () => {
  it('mails a link, and the link signs in', async () => {
    const email = someEmail();

    const asked = await auth.call('POST', '/v1/auth/register', { body: registration(email) });
    const [mail] = await auth.mailsTo(email);
    const verified = await auth.call('POST', '/v1/auth/verify-email', { body: { token: mail?.token } });

    expect([asked.status, asked.body]).toEqual([202, { status: 'verification_sent' }]);
    expect(mail?.text).toContain(`http://localhost:8080/verify?token=${mail?.token}`);
    expect(verified.status).toBe(200);
    expect(verified.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 900,
      creator: { email, display_name: 'Ada' },
    });
  });

  it('answers alike for an address that has an account, and tells only its owner', async () => {
    const { email } = await auth.signUp();

    const again = await auth.call('POST', '/v1/auth/register', { body: registration(email.toUpperCase()) });

    expect([again.status, again.body]).toEqual([202, { status: 'verification_sent' }]);
    const mails = await auth.mailsTo(email);
    expect(mails.map((mail) => mail.token !== '')).toEqual([true, false]);
  });

  it('keeps the password of each pending registration apart, and verifying one ends the others', async () => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: registration(email, 'the first password') });
    await auth.call('POST', '/v1/auth/register', { body: registration(email, 'the second password') });
    const [first, second] = await auth.mailsTo(email);

    const verified = await auth.call('POST', '/v1/auth/verify-email', { body: { token: first?.token } });
    const late = await auth.call('POST', '/v1/auth/verify-email', { body: { token: second?.token } });
    const byFirst = await auth.call('POST', '/v1/auth/login', { body: { email, password: 'the first password' } });
    const bySecond = await auth.call('POST', '/v1/auth/login', { body: { email, password: 'the second password' } });

    expect([verified.status, late.status, byFirst.status, bySecond.status]).toEqual([200, 401, 200, 401]);
  });

  it('lets one of two verifications of the same address win when they come at once', async () => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: registration(email) });
    await auth.call('POST', '/v1/auth/register', { body: registration(email) });
    const mails = await auth.mailsTo(email);

    const answers = await Promise.all(
      mails.map(({ token }) => auth.call('POST', '/v1/auth/verify-email', { body: { token } })),
    );

    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
  });

  it('lets one of many verifications of the same address win, and refuses the others, when they come at once', async () => {
    const email = someEmail();
    for (const n of [1, 2, 3, 4]) {
      const body = { email, password: `${PASSWORD} ${n}`, display_name: 'Ada' };
      await auth.call('POST', '/v1/auth/register', { body });
    }
    const mails = await auth.mailsTo(email);

    const answers = await Promise.all(
      mails.map(({ token }) => auth.call('POST', '/v1/auth/verify-email', { body: { token } })),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
  });

  it('takes a verification token once only', async () => {
    const email = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: registration(email) });
    const token = (await auth.mailsTo(email))[0]?.token;

    const answers = await Promise.all(
      [1, 2, 3].map(() => auth.call('POST', '/v1/auth/verify-email', { body: { token } })),
    );

    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
  });

  it.each([
    ['a short password', { password: 'elevenchars' }],
    ['a long password', { password: 'x'.repeat(129) }],
    ['no e-mail address', { email: 'nobody' }],
    ['an unknown field', { role: 'admin' }],
    ['an empty name', { display_name: '   ' }],
  ])('refuses %s', async (_, change) => {
    const answer = await auth.call('POST', '/v1/auth/register', { body: { ...registration(someEmail()), ...change } });

    expect([answer.status, code(answer)]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('stops an address after thirty in an hour', async () => {
    const tenth = await startAuthService({ RATE_LIMIT_FACTOR: '0.1' });
    const sourceIp = someAddress();

    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => tenth.call('POST', '/v1/auth/register', { body: registration(someEmail()), sourceIp })),
    );

    await tenth.stop();
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(1);
    expect(Number(refused[0]?.headers['Retry-After'])).toBeGreaterThan(0);
  });
});

describe('logging in', () => {
  it('gives an access token that says what the contract says', async () => {
    const { email, tokens } = await auth.signUp();

    const { body } = await auth.call('POST', '/v1/auth/login', { body: { email, password: PASSWORD } });

    const token = (body as { access_token: string }).access_token;
    const claims = decodeJwt(token);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claims).toMatchObject({
      iss: 'http://127.0.0.1:8080',
      aud: 'understudy-api',
      sub: tokens.creator.id,
      creator_id: tokens.creator.id,
      permissions: PERMISSIONS,
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  it('answers a wrong password, an unknown address and an unverified one with the same words', async () => {
    const { email } = await auth.signUp();
    const pending = someEmail();
    await auth.call('POST', '/v1/auth/register', { body: registration(pending) });
    const attempts = [
      { email, password: 'not the password' },
      { email: someEmail(), password: PASSWORD },
      { email: pending, password: PASSWORD },
    ];

    const answers = await Promise.all(attempts.map((body) => auth.call('POST', '/v1/auth/login', { body })));

    const told = answers.map(({ status, body }) => {
      const { code, message, details } = (body as { error: Record<string, unknown> }).error;
      return JSON.stringify([status, code, message, details]);
    });
    expect(new Set(told).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
    expect(code(answers[0] as never)).toBe('AUTHENTICATION_FAILED');
  });

  it('stops after ten attempts at one account from one address, and not from another', async () => {
    const { email } = await auth.signUp();
    const sourceIp = someAddress();
    const attempt = (from: string) =>
      auth.call('POST', '/v1/auth/login', { body: { email, password: 'not the password' }, sourceIp: from });

    const answers = await Promise.all(Array.from({ length: 11 }, () => attempt(sourceIp)));
    const elsewhere = await attempt(someAddress());

    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(1);
    expect(elsewhere.status).toBe(401);
  });

  it('tells who one is', async () => {
    const { email, tokens } = await auth.signUp();

    const { status, body } = await auth.call('GET', '/v1/auth/me', { token: tokens.access_token });

    expect(status).toBe(200);
    expect(body).toMatchObject({ creator: { email }, permissions: PERMISSIONS, session_id: expect.any(String) });
  });
});
