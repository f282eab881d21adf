import { recordAudit } from '../../../shared/database/audit.ts';
import { type DailyAnswers, readDailyAnswers } from '../../../shared/database/daily-answers.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { type Creators, openCreators } from './creators.ts';
import { openSpendWarnings, type SpendWarnings } from './spend-warnings.ts';

/** What warning one creator needs inside one transaction; apart from `authTables`, which every sign-in loads. */
export interface WarningTables {
  readonly creators: Pick<Creators, 'read'>;
  readonly warnings: SpendWarnings;
  /** See `shared/database/daily-answers.ts`. */
  readDailyAnswers(): Promise<DailyAnswers>;
  /** Tells what was done, in the transaction that does it. */
  audit(action: string): Promise<void>;
}

export function warningTables(db: Executor, creatorId: string): WarningTables {
  const actor = 'system:auth-warn-spending';
  return {
    creators: openCreators(db, creatorId),
    warnings: openSpendWarnings(db, creatorId),
    readDailyAnswers: () => readDailyAnswers(db, creatorId),
    audit: (action) => recordAudit(db, { creatorId, actor, action, requestId: currentScope()?.requestId }),
  };
}
