import * as z from 'zod';
import { NewPassword } from '../../../shared/security/passwords.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { limitMailedTokens } from '../use-cases/limits.ts';
import { resetPassword } from '../use-cases/reset-password.ts';

export const resetPasswordRoute = route({
  method: 'POST',
  path: '/v1/auth/password/reset',
  permission: 'public',
  summary: 'Choose a new password by the mailed token; ends every session',
  input: { body: z.strictObject({ token: z.string().min(1).max(200), password: NewPassword }) },
  output: { 204: undefined },
  refuses: ['AUTHENTICATION_REQUIRED'],
  run: async ({ body, sourceIp, use }) => {
    tellLimit(await limitMailedTokens(use.limiter, sourceIp));
    await resetPassword(use, body.token, body.password);
  },
});
