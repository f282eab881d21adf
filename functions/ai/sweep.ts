import { randomUUID } from 'node:crypto';
import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { log } from '../../shared/observability/logger.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openSweep } from './ingest-composition.ts';
import { type SweepReport, type SweepTools, sendDueWork } from './use-cases/send-due-work.ts';

let tools: SweepTools | undefined;

/** Each minute, and when the local host starts. */
export async function handler(): Promise<SweepReport> {
  return runInScope({ requestId: randomUUID(), service: 'ai', route: 'sweep' }, async () => {
    tools ??= openSweep(readEnv(AiEnv));
    const report = await sendDueWork(tools);
    log.info('sweep', { ...report });
    return report;
  });
}
