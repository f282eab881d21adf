import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthService, startAuthService } from '../../../support/auth-service.ts';

let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

interface CreatedKey {
  readonly api_key: { readonly id: string };
  readonly secret: string;
}
const createKey = (token: string, permissions: string[], more: Record<string, unknown> = {}) =>
  auth.call('POST', '/v1/auth/api-keys', { token, body: { name: 'CI', permissions, ...more } });

describe('API keys', () => {
  it('are shown once, with what they may do, and work at once', async () => {
    const { tokens } = await auth.signUp();

    const created = await createKey(tokens.access_token, ['account:manage', 'documents:read', 'documents:read']);
    const { secret, api_key: key } = created.body as CreatedKey;
    const me = await auth.call('GET', '/v1/auth/me', { token: secret });
    const list = await auth.call('GET', '/v1/auth/api-keys', { token: secret });

    expect(created.status).toBe(201);
    expect(key).toMatchObject({ name: 'CI', permissions: ['account:manage', 'documents:read'], expires_at: null });
    expect(secret).toMatch(/^uk_[\w-]{43}$/);
    expect(me.body).toMatchObject({ permissions: ['account:manage', 'documents:read'], session_id: null });
    expect(list.body).toMatchObject({ data: [{ id: key.id, last_used_at: expect.any(String) }], next_cursor: null });
    expect(list.text).not.toContain(secret.slice(9));
  });

  it('are no more than the quota allows; a revoked one makes room', async () => {
    const small = await startAuthService({ QUOTA_API_KEYS: '2' });
    try {
      const { tokens } = await small.signUp();
      const token = tokens.access_token;
      const body = { name: 'CI', permissions: ['documents:read'] };
      const make = () => small.call('POST', '/v1/auth/api-keys', { token, body });
      const [first, second, third] = [await make(), await make(), await make()];

      await small.call('DELETE', `/v1/auth/api-keys/${(first.body as CreatedKey).api_key.id}`, { token });
      const again = await make();

      expect([first, second, third, again].map(({ status }) => status)).toEqual([201, 201, 429, 201]);
      expect(third.body).toMatchObject({ error: { code: 'QUOTA_EXCEEDED' } });
    } finally {
      await small.stop();
    }
  });

  it('are no more than the quota when many come at once', async () => {
    const small = await startAuthService({ QUOTA_API_KEYS: '2' });
    try {
      const { access_token: token } = (await small.signUp()).tokens;
      const body = { name: 'CI', permissions: ['documents:read'] };

      const answers = await Promise.all(
        Array.from({ length: 8 }, () => small.call('POST', '/v1/auth/api-keys', { token, body })),
      );

      expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    } finally {
      await small.stop();
    }
  });

  it('that end make none that lives on', async () => {
    const { tokens } = await auth.signUp();
    const make = (token: string, expires_at?: string) =>
      auth.call('POST', '/v1/auth/api-keys', {
        token,
        body: { name: 'CI', permissions: ['account:manage'], expires_at },
      });
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const { secret } = (await make(tokens.access_token, end)).body as CreatedKey;

    const later = await make(secret, new Date(Date.now() + 7_200_000).toISOString());
    const [silent, sooner] = [await make(secret), await make(secret, new Date(Date.now() + 1_800_000).toISOString())];

    expect(later).toMatchObject({
      status: 403,
      body: { error: { code: 'PERMISSION_DENIED', details: { expires_at: end } } },
    });
    expect(silent).toMatchObject({ status: 201, body: { api_key: { expires_at: end } } });
    expect(sooner.status).toBe(201);
  });

  it('are refused what they were not given', async () => {
    const { tokens } = await auth.signUp();
    const { secret } = (await createKey(tokens.access_token, ['documents:read'])).body as CreatedKey;

    const answer = await auth.call('GET', '/v1/auth/sessions', { token: secret });

    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
  });

  it('cannot make a stronger key than themselves', async () => {
    const { tokens } = await auth.signUp();
    const { secret } = (await createKey(tokens.access_token, ['account:manage'])).body as CreatedKey;

    expect((await createKey(secret, ['documents:write'])).status).toBe(403);
    expect((await createKey(secret, ['account:manage'])).status).toBe(201);
  });

  it('are refused once revoked, and a second revocation is 404', async () => {
    const { tokens } = await auth.signUp();
    const { secret, api_key: key } = (await createKey(tokens.access_token, ['account:manage'])).body as CreatedKey;
    const revoke = () => auth.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: tokens.access_token });

    const answers = [await revoke(), await revoke()];

    expect(answers.map((answer) => answer.status)).toEqual([204, 404]);
    expect((await auth.call('GET', '/v1/auth/me', { token: secret })).status).toBe(401);
  });

  it('are refused once expired', async () => {
    const { tokens } = await auth.signUp();
    const soon = Date.now() + 700;
    const made = await createKey(tokens.access_token, ['account:manage'], { expires_at: new Date(soon).toISOString() });
    const { secret } = made.body as CreatedKey;
    const use = async () => (await auth.call('GET', '/v1/auth/me', { token: secret })).status;

    const before = await use();
    while (Date.now() <= soon) await use();

    expect([before, await use()]).toEqual([200, 401]);
  });

  it.each([
    ['an unknown permission', { permissions: ['everything'] }],
    ['no permission', { permissions: [] }],
    ['an expiry that has passed', { expires_at: '2020-01-01T00:00:00Z' }],
  ])('are not made with %s', async (_, change) => {
    const { tokens } = await auth.signUp();

    const answer = await createKey(tokens.access_token, ['documents:read'], change);

    expect(answer.status).toBe(400);
  });

  it('of another creator are answered like unknown ones, and stay good', async () => {
    const [mine, foreign] = await Promise.all([auth.signUp(), auth.signUp()]);
    const made = await createKey(foreign.tokens.access_token, ['account:manage']);
    const { secret, api_key: key } = made.body as CreatedKey;

    const answer = await auth.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: mine.tokens.access_token });

    expect(answer.status).toBe(404);
    expect((await auth.call('GET', '/v1/auth/me', { token: secret })).status).toBe(200);
  });
});
