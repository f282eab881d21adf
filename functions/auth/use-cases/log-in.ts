import { randomUUID } from 'node:crypto';
import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import { noteCreator } from '../../../shared/observability/request-scope.ts';
import type { AuthUse } from '../auth-use.ts';
import { openSession, type Tokens, toTokens } from './tokens.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
  readonly userAgent: string | undefined;
}

/**
 * Signs in. A wrong password, an unknown address and a registration that was never verified cost the same (one
 * look-up, one bcrypt, one transaction) and answer the same. A password that is stored in an older way is stored
 * anew: now it is known.
 *
 * @throws AuthenticationError AUTHENTICATION_FAILED
 */
export async function logIn(use: AuthUse, login: Login): Promise<Tokens> {
  const { email, password, userAgent } = login;
  const found = await use.lookups.creatorByEmail(email);
  const right = await use.passwords.matches(password, found?.password);
  if (!found || !right) {
    await noteRefusal(use, found?.creatorId);
    throw refused();
  }
  const renewed = use.passwords.isOutdated(found.password) ? await use.passwords.hash(password) : undefined;
  const opening = use.inTenant(found.creatorId, async (tables) => {
    const [creator, session] = await Promise.all([
      tables.creators.readProved(found.password),
      openSession(use, tables, userAgent),
    ]);
    if (!creator) throw new PasswordReplaced();
    await Promise.all([
      renewed && tables.creators.renewPassword(found.password, renewed),
      tables.sessions.forgetOld(),
      tables.audit({ actor: `session:${session.id}`, action: 'session.opened', subjectId: session.id }),
    ]);
    return { creator, session };
  });
  const opened = await opening.catch((error: unknown) => {
    if (error instanceof PasswordReplaced) return undefined;
    throw error;
  });
  // Replaced while it was being proved: it is judged against the new one.
  if (!opened) return logIn(use, login);
  const { creator, session } = opened;
  noteCreator(found.creatorId);
  log.admitted('login_succeeded', { session_id: session.id });
  return toTokens(use, creator, session);
}

/** Rolls back what was opened. */
class PasswordReplaced extends Error {
  override readonly name = 'PasswordReplaced';
}

/** Told to the account's audit trail, if there is one; otherwise the same trips are made for nobody. */
async function noteRefusal(use: AuthUse, creatorId: string | undefined): Promise<void> {
  log.security('login_failed');
  await use.inTenant(creatorId ?? randomUUID(), (tables) =>
    Promise.all([
      tables.commitWithoutWaiting(),
      creatorId ? tables.audit({ actor: 'system:login', action: 'login.refused' }) : tables.creators.read(),
    ]),
  );
}

function refused(): AuthenticationError {
  return new AuthenticationError('AUTHENTICATION_FAILED', 'E-mail address or password are wrong.');
}
