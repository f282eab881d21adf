import * as z from 'zod';
import { Permission } from '../../../shared/models/permission.ts';
import { lineOfText } from '../../../shared/models/plain-text.ts';
import { route } from '../auth-route.ts';
import { ApiKey, createApiKey } from '../use-cases/create-api-key.ts';

const NewApiKey = z.strictObject({
  name: lineOfText(100),
  permissions: z
    .array(Permission)
    .min(1)
    .transform((permissions) => [...new Set(permissions)]),
  expires_at: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), 'Choose a time to come.')
    // Postgres does not know every offset that ISO 8601 allows.
    .transform((text) => new Date(text).toISOString())
    .nullish(),
});

export const createApiKeyRoute = route({
  method: 'POST',
  path: '/v1/auth/api-keys',
  permission: 'account:manage',
  summary: 'Make an API key; its secret is shown this once',
  input: { body: NewApiKey },
  output: { 201: z.object({ api_key: ApiKey, secret: z.string() }) },
  refuses: ['QUOTA_EXCEEDED'],
  run: ({ body, caller, use }) =>
    createApiKey(use, caller, {
      name: body.name,
      permissions: body.permissions,
      expiresAt: body.expires_at ?? undefined,
    }),
});
