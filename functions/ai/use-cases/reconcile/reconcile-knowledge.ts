import { randomUUID } from 'node:crypto';
import { readKnowledge, rememberCollection } from '../../../../shared/lifecycles/document/knowledge.ts';
import { settleModel } from '../../../../shared/lifecycles/document/reconcile-document.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type {
  Reconciliation,
  ReconciliationCounts,
  ReconciliationHold,
  ReconciliationStep,
  Reconciliations,
} from '../../repositories/reconciliations.ts';
import type { IngestTools } from '../ingest/ingest-tools.ts';
import { removeStrayFiles, tellLostOriginals } from './reconcile-files.ts';
import { removeStrayVectors, restoreVectors } from './reconcile-vectors.ts';
import { storeMissingWords } from './store-missing-words.ts';

export type ReconcileTools = Pick<IngestTools, 'database' | 'models' | 'vectors' | 'files' | 'reconciliations'>;

/** What a step found on one page, and where the next one begins; `next` undefined ends the step. */
export interface StepPage {
  readonly next: string | undefined;
  readonly found: Partial<ReconciliationCounts>;
  readonly lostOriginals?: readonly string[];
}

export interface StepWork {
  readonly creatorId: string;
  readonly collectionId: string | undefined;
  readonly position: string | undefined;
  readonly signal: AbortSignal;
}

type Step = (tools: ReconcileTools, work: StepWork) => Promise<StepPage>;

const STEPS: Readonly<Record<ReconciliationStep, Step>> = {
  vectors: restoreVectors,
  strays: removeStrayVectors,
  files: removeStrayFiles,
  originals: tellLostOriginals,
};
const ORDER = ['vectors', 'strays', 'files', 'originals'] as const satisfies readonly ReconciliationStep[];

const LEASE_MS = 120_000;
/** One run takes so long at most; the sweeper sends for the rest, so that uploads get their turn. */
const MAX_RUN_MS = 45_000;
/** So many documents without an original are named. */
const MAX_NAMED = 100;

export type ReconcileOutcome = 'done' | 'paused' | 'stepped-aside';

/**
 * Compares what one creator has in Postgres, in the vector index and in the library, and mends what differs: Postgres
 * is right. Works page by page and writes down where it stands, so that it can stop anywhere and be repeated.
 */
export async function reconcileKnowledge(
  tools: ReconcileTools,
  creatorId: string,
  until?: AbortSignal,
  maxRunMs = MAX_RUN_MS,
): Promise<ReconcileOutcome> {
  const hold = { creatorId, workerId: randomUUID(), leaseMs: LEASE_MS };
  const table = <T>(work: (table: Reconciliations) => Promise<T>) =>
    tools.database.withTenant(creatorId, (db) => work(tools.reconciliations(db, creatorId)));
  let standing: Reconciliation | undefined = await table((runs) => runs.claim(hold));
  if (!standing) return 'stepped-aside';
  const stopAt = Date.now() + maxRunMs;
  try {
    const collectionId = await openCollection(tools, creatorId);
    const signal = until ?? new AbortController().signal;
    await storeMissingWords(tools.database, creatorId, () => Date.now() < stopAt && !signal.aborted);
    for (;;) {
      const { step, position } = standing;
      const page = await STEPS[step](tools, { creatorId, collectionId, position: position ?? undefined, signal });
      const reached = advance(standing, page);
      standing = reached;
      if (step === 'vectors' && page.next === undefined) await settle(tools, creatorId);
      if (step === 'originals' && page.next === undefined) break;
      if (!(await table((runs) => runs.save(hold, reached)))) return 'stepped-aside';
      if (Date.now() >= stopAt || signal.aborted) {
        await table((runs) => runs.release(hold));
        return 'paused';
      }
    }
    return await finish(table, hold, standing);
  } catch (error) {
    // A lease that cannot be given back runs out by itself; what went wrong before says more.
    await table((runs) => runs.release(hold)).catch(() => {});
    throw error;
  }
}

/** The collection, made anew where it is lost; undefined where there is nothing to keep in it. */
async function openCollection(tools: ReconcileTools, creatorId: string): Promise<string | undefined> {
  const known = await tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId));
  if (known.collectionId === undefined) return undefined;
  const collectionId = await tools.vectors.ensureCollection(creatorId);
  if (collectionId !== known.collectionId) {
    await tools.database.withTenant(creatorId, (db) =>
      rememberCollection(db, creatorId, collectionId, tools.models.embeddingModel),
    );
    log.warn('the vector collection was lost and is filled again', { collection_id: collectionId });
  }
  return collectionId;
}

function advance(standing: Reconciliation, { next, found, lostOriginals = [] }: StepPage): Reconciliation {
  const counts = { ...standing.counts };
  for (const [name, count] of Object.entries(found) as [keyof ReconciliationCounts, number][]) counts[name] += count;
  const following = ORDER[ORDER.indexOf(standing.step) + 1] ?? standing.step;
  return {
    step: next === undefined ? following : standing.step,
    position: next ?? null,
    counts,
    lost_originals: [...standing.lost_originals, ...lostOriginals].slice(0, MAX_NAMED),
  };
}

async function settle(tools: ReconcileTools, creatorId: string): Promise<void> {
  const model = tools.models.embeddingModel;
  const whole = await tools.database.withTenant(creatorId, (db) => settleModel(db, creatorId, model));
  if (!whole) log.warn('some vectors are of another model still; full text answers until the next comparison');
}

async function finish(
  table: <T>(work: (table: Reconciliations) => Promise<T>) => Promise<T>,
  hold: ReconciliationHold,
  standing: Reconciliation,
): Promise<ReconcileOutcome> {
  const finished = await table((runs) => runs.finish(hold, standing));
  log.info('knowledge compared', { ...standing.counts });
  return finished ? 'done' : 'stepped-aside';
}
