import * as z from 'zod';
import { Accepted } from '../../../shared/models/wire.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { EmailAddress } from '../use-cases/email-address.ts';
import { forgotPassword } from '../use-cases/forgot-password.ts';
import { limitForgottenPasswords } from '../use-cases/limits.ts';

export const forgotPasswordRoute = route({
  method: 'POST',
  path: '/v1/auth/password/forgot',
  permission: 'public',
  summary: 'Ask for a mail that lets one choose a new password; the answer is always the same',
  input: { body: z.strictObject({ email: EmailAddress }) },
  output: { 202: Accepted },
  run: async ({ body, sourceIp, use }) => {
    tellLimit(await limitForgottenPasswords(use.limiter, sourceIp));
    await forgotPassword(use, body.email);
    return { status: 'accepted' };
  },
});
