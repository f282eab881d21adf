import type { WorkQueue } from '../../../../shared/clients/work-queue.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { markAnswerResent } from '../../../../shared/lifecycles/curated-answer/claim-answer.ts';
import { markResent } from '../../../../shared/lifecycles/document/claim-document.ts';
import { expireDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import { expireTurn } from '../../../../shared/lifecycles/turn/expire-turn.ts';
import type { AnswerMessage } from '../../../../shared/models/answer-message.ts';
import type { DocumentMessage } from '../../../../shared/models/document-message.ts';
import type { KnowledgeMessage } from '../../../../shared/models/knowledge-message.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import type { DueAnswer, DueDocument, DueTurn, DueWork } from '../../repositories/due-work.ts';
import type { Reconciliations } from '../../repositories/reconciliations.ts';

export interface SweepTools {
  readonly database: TenantDatabase;
  readonly due: DueWork;
  readonly reconciliations: (db: Executor, creatorId: string) => Reconciliations;
  readonly ingestQueue: Pick<WorkQueue, 'send'>;
  readonly turnsQueue: Pick<WorkQueue, 'send'>;
}

export interface SweepReport {
  readonly sent: number;
  readonly expired: number;
  readonly failed: number;
}

/** One run sends at most this much of each kind; what remains is the next run's. */
const MAX_PER_RUN = 200;
/** Nobody waits for these, and they take the same workers as uploads. */
const MAX_RECONCILIATIONS_PER_RUN = 20;
const AT_ONCE = 10;

/**
 * Sends everything again that is open and that nobody works on, and ends what is past its deadline. One thing that
 * fails does not keep the others waiting. Sending twice is harmless: the lease decides who works.
 */
export async function sendDueWork(tools: SweepTools): Promise<SweepReport> {
  // First, so that a turn which is over is told as such and not begun once more.
  const overdue = await tools.due.overdueTurns(MAX_PER_RUN);
  const { expired, failed } = await expireTurns(tools, overdue);
  const [documents, answers, turns] = await Promise.all([
    tools.due.documents(MAX_PER_RUN),
    tools.due.answers(MAX_PER_RUN),
    tools.due.turns(MAX_PER_RUN),
  ]);
  const reconciliations = await tools.due.reconciliations(MAX_RECONCILIATIONS_PER_RUN);
  const counts = { sent: 0, expired: expired.length, failed };
  const jobs = [
    ...documents.map((document) => () => handleDocument(tools, document)),
    ...answers.map((answer) => () => sendAnswer(tools, answer)),
    ...[...expired, ...turns].map((turn) => () => sendTurn(tools, turn)),
    ...reconciliations.map((creatorId) => () => sendReconciliation(tools, creatorId)),
  ];
  const work = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      try {
        counts[await job()] += 1;
      } catch (error) {
        counts.failed += 1;
        log.error('due work could not be sent', error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}

async function handleDocument(tools: SweepTools, due: DueDocument): Promise<'sent' | 'expired'> {
  const { creator_id, document_id, task } = due;
  if (task === 'expire') {
    await tools.database.withTenant(creator_id, (db) => expireDocument(db, creator_id, document_id));
    return 'expired';
  }
  const message: DocumentMessage = { kind: `document.${task}`, creator_id, document_id };
  await tools.ingestQueue.send(message, { groupId: creator_id, delaySeconds: due.delay_seconds ?? 0 });
  await tools.database.withTenant(creator_id, (db) => markResent(db, creator_id, document_id));
  return 'sent';
}

async function sendAnswer(tools: SweepTools, { creator_id, answer_id }: DueAnswer): Promise<'sent'> {
  const message: AnswerMessage = { kind: 'answer.settle', creator_id, answer_id };
  await tools.ingestQueue.send(message, { groupId: creator_id });
  await tools.database.withTenant(creator_id, (db) => markAnswerResent(db, creator_id, answer_id));
  return 'sent';
}

/** Ends them in the order of their conversations. @returns those that are to be told, and how many could not be ended */
async function expireTurns(tools: SweepTools, overdue: readonly DueTurn[]) {
  const expired: DueTurn[] = [];
  let failed = 0;
  for (const turn of overdue) {
    const { creator_id, turn_id } = turn;
    try {
      if (await tools.database.withTenant(creator_id, (db) => expireTurn(db, creator_id, turn_id))) expired.push(turn);
    } catch (error) {
      failed += 1;
      log.error('an overdue turn could not be ended', error);
    }
  }
  if (expired.length > 0) add('understudy_turns_total', { outcome: 'UPSTREAM_TIMEOUT' }, expired.length);
  return { expired, failed };
}

async function sendReconciliation(tools: SweepTools, creatorId: string): Promise<'sent'> {
  const message: KnowledgeMessage = { kind: 'knowledge.reconcile', creator_id: creatorId };
  await tools.ingestQueue.send(message, { groupId: creatorId });
  await tools.database.withTenant(creatorId, (db) => tools.reconciliations(db, creatorId).markSent());
  return 'sent';
}

async function sendTurn(tools: SweepTools, { delay_seconds, ...turn }: DueTurn): Promise<'sent'> {
  const message: TurnMessage = { kind: 'turn', ...turn };
  await tools.turnsQueue.send(message, { groupId: turn.creator_id, delaySeconds: delay_seconds ?? 0 });
  return 'sent';
}
