import * as z from 'zod';
import { GivenPassword } from '../../../shared/security/passwords.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { EmailAddress } from '../use-cases/email-address.ts';
import { forgetLogins, limitLogins } from '../use-cases/limits.ts';
import { logIn } from '../use-cases/log-in.ts';
import { Tokens } from '../use-cases/tokens.ts';

export const login = route({
  method: 'POST',
  path: '/v1/auth/login',
  permission: 'public',
  summary: 'Sign in by e-mail address and password',
  input: { body: z.strictObject({ email: EmailAddress, password: GivenPassword }) },
  output: { 200: Tokens },
  refuses: ['AUTHENTICATION_FAILED'],
  run: async ({ body, headers, sourceIp, use }) => {
    tellLimit(await limitLogins(use.limiter, body.email, sourceIp));
    const tokens = await logIn(use, { ...body, userAgent: headers['user-agent'] });
    await forgetLogins(use.limiter, body.email, sourceIp);
    return tokens;
  },
});
