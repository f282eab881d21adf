import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import { actorOf, type CreatorCredential } from '../../../shared/security/credentials.ts';
import type { AuthUse } from '../auth-use.ts';
import { refuseCommonPassword } from './refuse-common-password.ts';
import { notify } from './reset-password.ts';

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Sets a new password and ends all sessions but the caller's.
 *
 * @throws AuthenticationError AUTHENTICATION_FAILED when the current password is wrong
 * @throws ValidationError for a new one that everybody would guess, or that is the account's own address
 */
export async function changePassword(use: AuthUse, caller: CreatorCredential, change: PasswordChange): Promise<void> {
  const { creatorId } = caller;
  const [before, creator] = await use.readInTenant(creatorId, ({ creators }) =>
    Promise.all([creators.readPassword(), creators.read()]),
  );
  if (!(await use.passwords.matches(change.currentPassword, before)) || !before) {
    log.security('password_change_refused');
    throw new AuthenticationError('AUTHENTICATION_FAILED', 'The current password is wrong.');
  }
  refuseCommonPassword(use, { password: change.newPassword, email: creator?.email, field: 'new_password' });
  const stored = await use.passwords.hash(change.newPassword);
  const ended = await use.inTenant(creatorId, async (tables) => {
    if (!(await tables.creators.replacePassword(before, stored))) return undefined;
    const [ended] = await Promise.all([
      tables.sessions.endAll('password_changed', caller.kind === 'session' ? caller.id : undefined),
      tables.emailTokens.useAll('reset'),
      tables.audit({ actor: actorOf(caller), action: 'password.changed', fields: ['password'] }),
    ]);
    return ended;
  });
  // Another change was first: the password that was proved is judged against that one's.
  if (!ended) return changePassword(use, caller, change);
  await use.sessionMarks.noteEnded(creatorId, ended);
  if (creator) await notify(use, creator.email);
}
