import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { AuthUse } from '../auth-use.ts';
import { openSession, type Tokens, toTokens } from './tokens.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
  readonly userAgent: string | undefined;
}

/**
 * Signs in. A wrong password, an unknown address and a registration that was never verified cost the same (one
 * look-up, one bcrypt) and answer the same.
 *
 * @throws AuthenticationError AUTHENTICATION_FAILED
 */
export async function logIn(use: AuthUse, { email, password, userAgent }: Login): Promise<Tokens> {
  const found = await use.lookups.creatorByEmail(email);
  const right = await use.passwords.matches(password, found?.password);
  if (!found || !right) {
    log.security('login_failed');
    throw new AuthenticationError('AUTHENTICATION_FAILED', 'E-mail address or password are wrong.');
  }
  const { creator, session } = await use.inTenant(found.creatorId, async (tables) => {
    const [creator, session] = await Promise.all([tables.creators.read(), openSession(use, tables, userAgent)]);
    if (!creator) throw new AuthenticationError('AUTHENTICATION_FAILED', 'E-mail address or password are wrong.');
    await Promise.all([
      tables.sessions.forgetOld(),
      tables.audit({ actor: `session:${session.id}`, action: 'session.opened', subjectId: session.id }),
    ]);
    return { creator, session };
  });
  return toTokens(use, creator, session);
}
