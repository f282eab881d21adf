import * as z from 'zod';
import { lineOfText } from '../../../shared/models/plain-text.ts';
import { NewPassword } from '../../../shared/security/passwords.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { EmailAddress } from '../use-cases/email-address.ts';
import { limitRegistrations } from '../use-cases/limits.ts';
import { registerCreator } from '../use-cases/register-creator.ts';

const Registration = z.strictObject({
  email: EmailAddress,
  password: NewPassword,
  display_name: lineOfText(100),
});
const VerificationSent = z.object({ status: z.literal('verification_sent') });

export const register = route({
  method: 'POST',
  path: '/v1/auth/register',
  permission: 'public',
  summary: 'Ask for an account; the answer is the same whatever the state of the address',
  input: { body: Registration },
  output: { 202: VerificationSent },
  run: async ({ body, sourceIp, use }) => {
    tellLimit(await limitRegistrations(use.limiter, sourceIp));
    await registerCreator(use, { email: body.email, password: body.password, displayName: body.display_name });
    return { status: 'verification_sent' };
  },
});
