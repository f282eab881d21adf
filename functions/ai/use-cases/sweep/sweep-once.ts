import { log } from '../../../../shared/observability/logger.ts';
import { type SweepTools, sendDueWork } from './send-due-work.ts';

/**
 * One run of the sweeper, told in one line of the log.
 *
 * @throws Error after all was tried, when some of it failed, so that the alarm for failing runs tells
 */
export async function sweepOnce(tools: SweepTools): Promise<void> {
  const report = await sendDueWork(tools);
  log.info('sweep', { ...report });
  if (report.failed > 0) throw new Error(`${report.failed} of what was due could not be done`);
}
