import type { Route } from '../../../shared/lambda/route.ts';
import type { AuthUse } from '../auth-use.ts';
import { changePasswordRoute } from './change-password.ts';
import { createApiKeyRoute } from './create-api-key.ts';
import { endAllSessionsRoute } from './end-all-sessions.ts';
import { endSessionRoute } from './end-session.ts';
import { forgotPasswordRoute } from './forgot-password.ts';
import { keySet } from './key-set.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listSessions } from './list-sessions.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { me } from './me.ts';
import { refresh } from './refresh.ts';
import { register } from './register.ts';
import { resetPasswordRoute } from './reset-password.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { verifyEmailAddress } from './verify-email.ts';

/** The contents page of the service: everything it answers besides operations and web files. */
export const routes: readonly Route<AuthUse>[] = [
  register,
  verifyEmailAddress,
  login,
  refresh,
  logout,
  me,
  forgotPasswordRoute,
  resetPasswordRoute,
  changePasswordRoute,
  listSessions,
  endAllSessionsRoute,
  endSessionRoute,
  listApiKeys,
  createApiKeyRoute,
  revokeApiKey,
  keySet,
];
