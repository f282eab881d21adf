import { log } from '../../../shared/observability/logger.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import type { Mailer } from '../gateways/mailer.ts';
import type { FindSpendWarningsDue, SpendWarning } from '../repositories/spend-warnings.ts';
import type { WarningTables } from '../repositories/warning-tables.ts';
import { spendWarningMail } from './mails.ts';

export interface WarningUse {
  readonly findDue: FindSpendWarningsDue;
  /** One transaction of one creator. */
  inTenant<T>(creatorId: string, work: (tables: WarningTables) => Promise<T>): Promise<T>;
  readonly mailer: Mailer;
  /** The origin of the pages that links in mails open. */
  readonly consoleUrl: string;
}

export interface WarningReport {
  readonly mailed: number;
  /** Creators whose warnings are left to a later run. */
  readonly failed: number;
}

const CREATORS_A_RUN = 200;
/** Longer than a mail can take: only the claim of a run that ended half-way runs out. */
const CLAIM_SECONDS = 120;

/**
 * Tells creators by mail that their daily limit of answers is near (80 %) or reached, each once a day. Looks at what was
 * counted, whoever counted it. A warning is recorded before its mail and ticked off after it: a run that ends in between
 * leaves it to a later one, so that it is sent at least once, and twice only if that run ended between mail and tick.
 */
export async function warnOfSpending(use: WarningUse, signal: AbortSignal): Promise<WarningReport> {
  let [mailed, failed] = [0, 0];
  for (const creatorId of await use.findDue(CREATORS_A_RUN)) {
    if (signal.aborted) break;
    const scope = currentScope();
    if (scope) scope.creatorId = creatorId;
    try {
      mailed += await warnCreator(use, creatorId);
    } catch (error) {
      log.error('a spend warning is left to a later run', error);
      failed += 1;
    }
  }
  return { mailed, failed };
}

async function warnCreator(use: WarningUse, creatorId: string): Promise<number> {
  const { to, warnings } = await claimWarnings(use, creatorId);
  for (const warning of warnings) {
    await use.mailer.send(spendWarningMail(to, use.consoleUrl, warning));
    await use.inTenant(creatorId, (tables) => tables.warnings.markSent(warning));
  }
  return warnings.length;
}

async function claimWarnings(
  { inTenant }: WarningUse,
  creatorId: string,
): Promise<{ readonly to: string; readonly warnings: readonly SpendWarning[] }> {
  return inTenant(creatorId, async (tables) => {
    const creator = await tables.creators.read();
    if (!creator) return { to: '', warnings: [] };
    const opened = await tables.warnings.open(await tables.readDailyAnswers());
    if (opened) await tables.audit(`spend_limit.${opened}`);
    return { to: creator.email, warnings: await tables.warnings.claim(CLAIM_SECONDS) };
  });
}
