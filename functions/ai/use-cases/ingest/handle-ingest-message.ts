import { meansDatabaseAway } from '../../../../shared/errors/database-unavailable-error.ts';
import { acceptUpload } from '../../../../shared/lifecycles/document/accept-upload.ts';
import { readDocument } from '../../../../shared/lifecycles/document/read-document.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { noteCreator } from '../../../../shared/observability/request-scope.ts';
import { settleAnswer } from '../answer/settle-answer.ts';
import { reconcileKnowledge } from '../reconcile/reconcile-knowledge.ts';
import { collectDocument } from '../sweep/collect-document.ts';
import type { IngestTools } from './ingest-tools.ts';
import { processDocument } from './process-document.ts';
import { type ArrivedFile, type IngestTask, readIngestMessage } from './read-ingest-message.ts';
import { sendWaiting } from './take-document.ts';
import { takeVerdict } from './take-verdict.ts';

/**
 * Does what a message asks for. What is foreign, malformed or late is logged and dropped: throwing would only bring
 * it back.
 *
 * @throws whatever may pass by itself, so that the queue delivers the message again
 */
export async function handleIngestMessage(tools: IngestTools, body: string, until?: AbortSignal): Promise<void> {
  const { tasks, ignored } = readIngestMessage(body);
  if (ignored !== undefined) log.info('ingest message ignored', { reason: ignored });
  for (const task of tasks) {
    noteCreator(task.creatorId);
    if (!(await takeNotice(tools, task, body))) continue;
    await runTask(tools, task, until);
  }
}

/** The queue's own way back takes an hour, and no row tells the sweeper of a file that nobody has noted. */
const COME_BACK_SECONDS = 30;

/** Notes what the store tells of a file. While the database is away the notice is sent to come again soon. */
async function takeNotice(tools: IngestTools, task: IngestTask, body: string): Promise<boolean> {
  try {
    if (task.kind === 'arrived') return await takeArrival(tools, task);
    if (task.kind === 'scanned') return await takeVerdict(tools, task);
    return true;
  } catch (error) {
    if (!meansDatabaseAway(error)) throw error;
    log.warn('a notice of the store waits for the database', { reason: String(error) });
    await tools.queue.send(JSON.parse(body), { groupId: task.creatorId, delaySeconds: COME_BACK_SECONDS });
    return false;
  }
}

async function runTask(tools: IngestTools, task: IngestTask, until: AbortSignal | undefined): Promise<void> {
  const { creatorId } = task;
  if (task.kind === 'answer') {
    const forgetAnswers = (id: string) => tools.answers.forget(id);
    await settleAnswer({ ...tools, forgetAnswers }, creatorId, task.answerId, until);
    return;
  }
  if (task.kind === 'reconcile') {
    log.info('knowledge handled', { outcome: await reconcileKnowledge(tools, creatorId, until) });
    return;
  }
  const { documentId } = task;
  if (task.kind === 'collect') {
    await collectDocument(tools, creatorId, documentId);
    return;
  }
  const outcome = await processDocument(tools, creatorId, documentId, until);
  add('understudy_documents_total', { outcome }, 1);
  log.info('document handled', { document_id: documentId, outcome });
  // After a passing failure nothing is sent for: it would only fail again at once.
  if (outcome === 'done' || outcome === 'failed') {
    await sendWaiting(tools, creatorId).catch((error) => log.error('waiting documents are left to the sweeper', error));
  }
}

/** False when the file belongs to no document that waits for it; it is then removed, for nobody else would. */
async function takeArrival(tools: IngestTools, arrived: ArrivedFile): Promise<boolean> {
  const { creatorId, documentId, uploadId } = arrived;
  const row = await tools.database.withTenant(creatorId, async (db) => {
    const accepted = await acceptUpload(db, arrived);
    return accepted ?? (await readDocument(db, creatorId, documentId));
  });
  if (row?.upload_id === uploadId) return true;
  log.security('upload_without_document', { document_id: documentId });
  await tools.files.removeUpload(arrived.key);
  return false;
}
