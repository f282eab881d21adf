import type { Context, ScheduledEvent } from 'aws-lambda';
import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openSweep } from './ingest-composition.ts';
import type { SweepTools } from './use-cases/sweep/send-due-work.ts';
import { sweepOnce } from './use-cases/sweep/sweep-once.ts';

let tools: SweepTools | undefined;

/** Each minute, and when the local host starts. */
export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<void> {
  const deadlineAtMs = Date.now() + context.getRemainingTimeInMillis();
  const scope = { requestId: requestIdFrom(event.id), service: 'ai', route: 'sweep', deadlineAtMs };
  return runInScope(scope, async () => {
    tools ??= openSweep(readEnv(AiEnv));
    await sweepOnce(tools);
  });
}
