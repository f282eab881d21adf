import type { Context, ScheduledEvent } from 'aws-lambda';
import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openSweep } from './ingest-composition.ts';
import { type SweepReport, type SweepTools, sendDueWork } from './use-cases/sweep/send-due-work.ts';

let tools: SweepTools | undefined;

/** Each minute, and when the local host starts. */
export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<SweepReport> {
  const deadlineAtMs = Date.now() + context.getRemainingTimeInMillis();
  const scope = { requestId: requestIdFrom(event.id), service: 'ai', route: 'sweep', deadlineAtMs };
  return runInScope(scope, async () => {
    tools ??= openSweep(readEnv(AiEnv));
    const report = await sendDueWork(tools);
    log.info('sweep', { ...report });
    return report;
  });
}
