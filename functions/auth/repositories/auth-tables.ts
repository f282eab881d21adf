import { type AuditEvent, recordAudit } from '../../../shared/database/audit.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { type ApiKeys, openApiKeys } from './api-keys.ts';
import { type Creators, openCreators } from './creators.ts';
import { type EmailTokens, openEmailTokens } from './email-tokens.ts';
import { openRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { openSessions, type Sessions } from './sessions.ts';

/** The tables of one creator inside one transaction. */
export interface AuthTables {
  readonly creators: Creators;
  readonly sessions: Sessions;
  readonly refreshTokens: RefreshTokens;
  readonly emailTokens: EmailTokens;
  readonly apiKeys: ApiKeys;
  /** Tells what was done, in the transaction that does it. */
  audit(event: Pick<AuditEvent, 'actor' | 'action' | 'subjectId' | 'fields'>): Promise<void>;
  /**
   * The commit will not wait for the disk, so that its time does not tell whether anything was written. A server that
   * crashes in the same second forgets the event.
   */
  commitWithoutWaiting(): Promise<void>;
}

/** `sessionIdleDays`: how long a session and its tokens live without being refreshed. */
export function authTables(db: Executor, creatorId: string, sessionIdleDays: number): AuthTables {
  return {
    creators: openCreators(db, creatorId),
    sessions: openSessions(db, creatorId, sessionIdleDays),
    refreshTokens: openRefreshTokens(db, creatorId, sessionIdleDays),
    emailTokens: openEmailTokens(db, creatorId),
    apiKeys: openApiKeys(db, creatorId),
    commitWithoutWaiting: async () => {
      await db.query('set local synchronous_commit = off');
    },
    audit: (event) => recordAudit(db, { ...event, creatorId, requestId: currentScope()?.requestId }),
  };
}
