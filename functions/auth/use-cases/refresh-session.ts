import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import type { AuthTables } from '../repositories/auth-tables.ts';
import type { CreatorRow } from '../repositories/creators.ts';
import type { FoundRefreshToken } from '../repositories/lookups.ts';
import { isRefreshToken } from './refresh-secrets.ts';
import { type Tokens, toTokens } from './tokens.ts';

type Outcome = { readonly kind: 'successor'; readonly creator: CreatorRow } | { readonly kind: 'reused' | 'refused' };

/**
 * Exchanges a refresh token for its one successor. Within the grace time, and while that successor is unused, the
 * same successor is given again; any other second use means that two hold the token, and ends the session.
 *
 * @throws AuthenticationError
 */
export async function refreshSession(use: AuthUse, token: string): Promise<Tokens> {
  const found = isRefreshToken(token) ? await use.lookups.refreshToken(hashSecret(token)) : undefined;
  if (!found) throw refused('unknown');
  const successor = use.refreshSecrets.successorOf(token);
  const outcome = await use.inTenant(found.creatorId, (tables) => exchange(tables, found, hashSecret(successor)));
  if (outcome.kind === 'successor') {
    return toTokens(use, outcome.creator, { id: found.sessionId, refreshToken: successor });
  }
  if (outcome.kind === 'reused') await use.sessionMarks.noteEnded(found.creatorId, [found.sessionId]);
  throw refused(outcome.kind);
}

async function exchange(tables: AuthTables, found: FoundRefreshToken, successorHash: Buffer): Promise<Outcome> {
  const [live, token, creator] = await Promise.all([
    tables.sessions.lockLive(found.sessionId),
    tables.refreshTokens.read(found.id),
    tables.creators.read(),
  ]);
  if (!live || !token || !creator || token.expired) return { kind: 'refused' };
  if (token.status === 'used') {
    if (token.in_grace && token.successor_status === 'unused') return { kind: 'successor', creator };
    await Promise.all([
      tables.sessions.end(found.sessionId, 'token_reused'),
      tables.audit({ actor: 'system:refresh', action: 'session.ended_for_reuse', subjectId: found.sessionId }),
    ]);
    return { kind: 'reused' };
  }
  await Promise.all([
    tables.refreshTokens.markUsed(found.id),
    tables.refreshTokens.add(found.sessionId, successorHash, found.id),
    tables.sessions.extend(found.sessionId),
  ]);
  return { kind: 'successor', creator };
}

function refused(reason: string): AuthenticationError {
  log.security('refresh_refused', { reason });
  return new AuthenticationError('AUTHENTICATION_REQUIRED', 'Please sign in again.');
}
