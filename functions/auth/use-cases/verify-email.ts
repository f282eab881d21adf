import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import { isEmailSecret } from './email-secrets.ts';
import { openSession, type Tokens, toTokens } from './tokens.ts';

/**
 * Makes a pending registration an account, ends the others of its address, and signs in.
 *
 * @throws AuthenticationError for a token that is unknown, used or expired, or whose address has an account by now
 */
export async function verifyEmail(use: AuthUse, token: string, userAgent: string | undefined): Promise<Tokens> {
  const found = isEmailSecret(token) ? await use.lookups.emailToken(hashSecret(token), 'verify') : undefined;
  if (!found) throw refused();
  const { creator, session } = await use.inTenant(found.creatorId, async (tables) => {
    // First the place in the row of its address: whoever wins removes the others' tokens, which nobody may hold by then.
    const creator = await tables.creators.activate();
    if (!creator || !(await tables.emailTokens.use(found.id))) throw refused();
    const session = await openSession(use, tables, userAgent);
    await tables.audit({ actor: `session:${session.id}`, action: 'creator.verified', subjectId: creator.id });
    return { creator, session };
  });
  return toTokens(use, creator, session);
}

function refused(): AuthenticationError {
  log.security('email_token_refused', { purpose: 'verify' });
  return new AuthenticationError('AUTHENTICATION_REQUIRED', 'This link is not valid any more.');
}
