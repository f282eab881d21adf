import * as z from 'zod';
import { GivenPassword, NewPassword } from '../../../shared/security/passwords.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import { route } from '../auth-route.ts';
import { changePassword } from '../use-cases/change-password.ts';
import { limitPasswordChanges } from '../use-cases/limits.ts';

export const changePasswordRoute = route({
  method: 'POST',
  path: '/v1/auth/password/change',
  permission: 'account:manage',
  summary: 'Choose a new password by the current one; ends all other sessions',
  input: { body: z.strictObject({ current_password: GivenPassword, new_password: NewPassword }) },
  output: { 204: undefined },
  refuses: ['AUTHENTICATION_FAILED'],
  run: async ({ body, caller, use }) => {
    tellLimit(await limitPasswordChanges(use.limiter, caller.creatorId));
    await changePassword(use, caller, { currentPassword: body.current_password, newPassword: body.new_password });
  },
});
