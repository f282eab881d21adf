import * as z from 'zod';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { limitMailedTokens } from '../use-cases/limits.ts';
import { Tokens } from '../use-cases/tokens.ts';
import { verifyEmail } from '../use-cases/verify-email.ts';

export const verifyEmailAddress = route({
  method: 'POST',
  path: '/v1/auth/verify-email',
  permission: 'public',
  summary: 'Confirm an e-mail address by the mailed token, and sign in',
  input: { body: z.strictObject({ token: z.string().min(1).max(200) }) },
  output: { 200: Tokens },
  refuses: ['AUTHENTICATION_REQUIRED'],
  run: async ({ body, headers, sourceIp, use }) => {
    tellLimit(await limitMailedTokens(use.limiter, sourceIp));
    return verifyEmail(use, body.token, headers['user-agent']);
  },
});
