import * as z from 'zod';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { limitRefreshes } from '../use-cases/limits.ts';
import { refreshSession } from '../use-cases/refresh-session.ts';
import { Tokens } from '../use-cases/tokens.ts';

export const refresh = route({
  method: 'POST',
  path: '/v1/auth/refresh',
  permission: 'public',
  summary: 'Exchange a refresh token for its successor and a new access token',
  input: { body: z.strictObject({ refresh_token: z.string().min(1).max(200) }) },
  output: { 200: Tokens },
  refuses: ['AUTHENTICATION_REQUIRED'],
  run: async ({ body, sourceIp, use }) => {
    tellLimit(await limitRefreshes(use.limiter, sourceIp));
    return refreshSession(use, body.refresh_token);
  },
});
