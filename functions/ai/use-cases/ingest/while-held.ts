import type { Executor } from '../../../../shared/database/executor.ts';
import type { DocumentHold } from '../../../../shared/lifecycles/document/report-progress.ts';
import { LeaseLostError } from './hold-lease.ts';
import type { IngestTools } from './ingest-tools.ts';

/** Writes that are refused, by a LeaseLostError, once the document is another's. */
export function whileHeld(tools: Pick<IngestTools, 'database'>, hold: DocumentHold) {
  return async (write: (db: Executor) => Promise<boolean>): Promise<void> => {
    if (!(await tools.database.withTenant(hold.creatorId, write))) throw new LeaseLostError();
  };
}
