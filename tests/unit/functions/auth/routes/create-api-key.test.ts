import { expect, test } from 'vitest';
import { createApiKeyRoute } from '../../../../../functions/auth/routes/create-api-key.ts';

const wanted = { name: 'CI', permissions: ['documents:read'] };

test('the end of an API key is kept in UTC, whatever offset it was given with', () => {
  const body = createApiKeyRoute.input.body?.parse({ ...wanted, expires_at: '2999-01-01T00:00:00+23:00' });

  expect(body).toMatchObject({ expires_at: '2998-12-31T01:00:00.000Z' });
});

test('an API key whose end has gone by is refused', () => {
  expect(createApiKeyRoute.input.body?.safeParse({ ...wanted, expires_at: '2020-01-01T00:00:00Z' }).success).toBe(
    false,
  );
});

test('an API key may have no end', () => {
  expect(createApiKeyRoute.input.body?.parse({ ...wanted, expires_at: null })).toMatchObject({ expires_at: null });
});

test('the name of an API key holds no control characters', () => {
  expect(createApiKeyRoute.input.body?.safeParse({ ...wanted, name: 'a\u0000b' }).success).toBe(false);
});
