import type { WorkQueue } from '../../../shared/clients/work-queue.ts';
import type { AnswerMessage } from '../../../shared/models/answer-message.ts';
import type { DocumentMessage } from '../../../shared/models/document-message.ts';

export interface IngestQueue {
  /** Tells the ingest about work of a creator; see `WorkQueue.announce`. */
  announce(work: DocumentMessage | AnswerMessage): Promise<void>;
}

/** The ingest queue over the one sender; the group is the creator. */
export function openIngestQueue(queue: Pick<WorkQueue, 'announce'>): IngestQueue {
  return { announce: (work) => queue.announce(work, { groupId: work.creator_id }) };
}
