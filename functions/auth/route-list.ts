import type { Route } from '../../shared/lambda/route.ts';
import type { AuthUse } from './auth-use.ts';
import { changePasswordRoute } from './routes/change-password.ts';
import { createApiKeyRoute } from './routes/create-api-key.ts';
import { endAllSessionsRoute } from './routes/end-all-sessions.ts';
import { endSessionRoute } from './routes/end-session.ts';
import { forgotPasswordRoute } from './routes/forgot-password.ts';
import { keySet } from './routes/key-set.ts';
import { listApiKeys } from './routes/list-api-keys.ts';
import { listSessions } from './routes/list-sessions.ts';
import { login } from './routes/login.ts';
import { logout } from './routes/logout.ts';
import { me } from './routes/me.ts';
import { refresh } from './routes/refresh.ts';
import { register } from './routes/register.ts';
import { resetPasswordRoute } from './routes/reset-password.ts';
import { revokeApiKey } from './routes/revoke-api-key.ts';
import { verifyEmailAddress } from './routes/verify-email.ts';

/** The contents page of the service: everything it answers besides operations and web files. */
export const authRoutes: readonly Route<AuthUse>[] = [
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
