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
}

export function authTables(db: Executor, creatorId: string): AuthTables {
  return {
    creators: openCreators(db, creatorId),
    sessions: openSessions(db, creatorId),
    refreshTokens: openRefreshTokens(db, creatorId),
    emailTokens: openEmailTokens(db, creatorId),
    apiKeys: openApiKeys(db, creatorId),
    audit: (event) => recordAudit(db, { ...event, creatorId, requestId: currentScope()?.requestId }),
  };
}
