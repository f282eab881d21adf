import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import type { AuthUse } from '../auth-use.ts';
import type { SessionEnd } from '../repositories/sessions.ts';

export interface EndOfSession {
  readonly creatorId: string;
  readonly actor: string;
  readonly reason: SessionEnd;
}

/** Ends one session: its access tokens are refused from now on. @throws NotFoundError when there is none */
export async function endSession(use: AuthUse, sessionId: string, { creatorId, actor, reason }: EndOfSession) {
  await use.inTenant(creatorId, async (tables) => {
    const ended = await tables.sessions.end(sessionId, reason);
    if (!ended) throw new NotFoundError();
    await tables.audit({ actor, action: 'session.ended', subjectId: sessionId });
  });
  await use.sessionMarks.noteEnded(creatorId, [sessionId]);
}

/** Ends every session, the caller's too. */
export async function endAllSessions(use: AuthUse, { creatorId, actor, reason }: EndOfSession) {
  const ended = await use.inTenant(creatorId, async (tables) => {
    const ids = await tables.sessions.endAll(reason);
    await tables.audit({ actor, action: 'sessions.ended' });
    return ids;
  });
  await use.sessionMarks.noteEnded(creatorId, ended);
}
