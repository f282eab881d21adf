import { randomUUID } from 'node:crypto';
import type { AnswerRow } from '../../../../shared/lifecycles/curated-answer/answer-row.ts';
import {
  type AnswerHold,
  claimAnswer,
  releaseAnswer,
  renewAnswer,
} from '../../../../shared/lifecycles/curated-answer/claim-answer.ts';
import { isAnswerKnown, markAnswerIndexed } from '../../../../shared/lifecycles/curated-answer/settle-answer.ts';
import { rememberCollection } from '../../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { cutChunks } from '../ingest/cut-chunks.ts';
import { holdLease } from '../ingest/hold-lease.ts';
import type { IngestTools } from '../ingest/ingest-tools.ts';
import { collectAnswer, vectorIds } from './collect-answer.ts';

export interface AnswerTools extends Pick<IngestTools, 'database' | 'models' | 'reconciliations'> {
  readonly vectors: Pick<IngestTools['vectors'], 'ensureCollection' | 'upsert' | 'remove' | 'idsOf'>;
  readonly traces: IngestTools['traces'];
  /** Drops what is remembered of the creator's answers: their words may come from one that is deleted. */
  readonly forgetAnswers: (creatorId: string) => Promise<void>;
}

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** Words may change while they are indexed, and whoever told of it was sent away: so it is looked again. */
const MAX_ROUNDS = 5;
/** What of the pair goes to the embedding model; what is behind it is found by its words. */
const EMBEDDED = { chunkTokens: 1_000, overlapTokens: 0 };

/**
 * Brings the index up to a curated answer: stores the vector of its newest words, or collects what a deleted one left.
 * Steps aside while another worker holds it. Safe to repeat.
 *
 * @throws whatever may pass by itself, after letting go
 */
export async function settleAnswer(
  tools: AnswerTools,
  creatorId: string,
  answerId: string,
  until?: AbortSignal,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const hold = { creatorId, answerId, workerId: randomUUID() };
    const row = await tools.database.withTenant(creatorId, (db) => claimAnswer(db, hold, LEASE_MS));
    if (!row) return;
    const lease = holdLease({
      renew: () => tools.database.withTenant(creatorId, (db) => renewAnswer(db, hold, LEASE_MS)),
      leaseMs: LEASE_MS,
      renewEveryMs: RENEW_EVERY_MS,
      ...(until && { until }),
    });
    try {
      await (row.deleted_at === null ? index(tools, row, hold, lease.signal) : collectAnswer(tools, row, hold));
    } finally {
      lease.stop();
      // A lease that cannot be given back runs out by itself.
      await tools.database.withTenant(creatorId, (db) => releaseAnswer(db, hold)).catch(() => {});
    }
  }
}

async function index(tools: AnswerTools, row: AnswerRow, hold: AnswerHold, signal: AbortSignal): Promise<void> {
  const { creatorId } = hold;
  const model = tools.models.embeddingModel;
  const [collectionId, vectors] = await Promise.all([
    tools.vectors.ensureCollection(creatorId),
    tools.models.embed([await textOf(row)], 'document', signal),
  ]);
  await tools.database.withTenant(creatorId, async (db) => {
    const isAnother = await rememberCollection(db, creatorId, collectionId, model);
    if (isAnother) await tools.reconciliations(db, creatorId).request();
  });
  signal.throwIfAborted();
  const record = {
    id: row.chunk_id,
    embedding: vectors[0] ?? [],
    documentId: row.id,
    chunkIndex: 0,
    creatorId,
    source: 'answer',
    createdAt: row.created_at.toISOString(),
  };
  await tools.vectors.upsert(collectionId, [record]);
  await tools.vectors.remove(collectionId, vectorIds(row, row.generation - 1));
  const indexed = await tools.database.withTenant(creatorId, (db) =>
    markAnswerIndexed(db, hold, row.generation, model),
  );
  if (indexed) {
    log.info('answer indexed', { answer_id: row.id, generation: row.generation });
    return;
  }
  // A worker that was away for longer than its lease may have stored a vector after all were collected.
  const known = await tools.database.withTenant(creatorId, (db) => isAnswerKnown(db, creatorId, row.id));
  if (!known) await tools.vectors.remove(collectionId, [row.chunk_id]);
}

/** Question and answer together, as far as one passage reaches. */
async function textOf(row: AnswerRow): Promise<string> {
  const block = { type: 'block' as const, text: `${row.question}\n\n${row.answer}` };
  for await (const chunk of cutChunks(one(block), EMBEDDED)) return chunk.text;
  return row.question;
}

async function* one<T>(thing: T): AsyncGenerator<T> {
  yield thing;
}
