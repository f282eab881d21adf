import * as z from 'zod';
import { Permission } from '../../../shared/models/permission.ts';
import { route } from '../auth-route.ts';
import { ApiKey, createApiKey } from '../use-cases/create-api-key.ts';

const NewApiKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  permissions: z
    .array(Permission)
    .min(1)
    .transform((permissions) => [...new Set(permissions)]),
  expires_at: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), 'Choose a time to come.')
    .nullish(),
});

export const createApiKeyRoute = route({
  method: 'POST',
  path: '/v1/auth/api-keys',
  permission: 'account:manage',
  summary: 'Make an API key; its secret is shown this once',
  input: { body: NewApiKey },
  output: { 201: z.object({ api_key: ApiKey, secret: z.string() }) },
  run: ({ body, caller, use }) =>
    createApiKey(use, caller, {
      name: body.name,
      permissions: body.permissions,
      expiresAt: body.expires_at ?? undefined,
    }),
});
