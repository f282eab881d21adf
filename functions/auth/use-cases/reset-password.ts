import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import { isEmailSecret } from './email-secrets.ts';
import { passwordChangedMail } from './mails.ts';
import { refuseCommonPassword } from './refuse-common-password.ts';

/**
 * Sets the password by a mailed token and ends every session.
 *
 * @throws AuthenticationError for a token that is unknown, used or expired
 * @throws ValidationError for a password that everybody would guess, or that is the account's own address; the token
 *   stays good
 */
export async function resetPassword(use: AuthUse, token: string, password: string): Promise<void> {
  const found = isEmailSecret(token) ? await use.lookups.emailToken(hashSecret(token), 'reset') : undefined;
  if (!found) throw refused();
  const creator = await use.readInTenant(found.creatorId, ({ creators }) => creators.read());
  if (!creator) throw refused();
  refuseCommonPassword(use, { password, email: creator.email, field: 'password' });
  const stored = await use.passwords.hash(password);
  const ended = await use.inTenant(found.creatorId, async (tables) => {
    if (!(await tables.emailTokens.use(found.id))) throw refused();
    // The password first: it waits for who is being let in by the old one, and then that session is ended too.
    const [, ended] = await Promise.all([
      tables.creators.setPassword(stored),
      tables.sessions.endAll('password_reset'),
      tables.emailTokens.useAll('reset'),
      tables.audit({ actor: 'system:reset-password', action: 'password.reset', fields: ['password'] }),
    ]);
    return ended;
  });
  await use.sessionMarks.noteEnded(found.creatorId, ended);
  await notify(use, creator.email);
}

/** The change stands whether or not its notice goes out. */
export async function notify(use: AuthUse, email: string): Promise<void> {
  await use.mailer
    .send(passwordChangedMail(email, use.consoleUrl))
    .catch((error: unknown) => log.error('the notice of a new password was not sent', error));
}

function refused(): AuthenticationError {
  log.security('email_token_refused', { purpose: 'reset' });
  return new AuthenticationError('AUTHENTICATION_REQUIRED', 'This link is not valid any more.');
}
