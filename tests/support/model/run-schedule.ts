import { chunkId } from '../../../shared/lifecycles/document/chunk-id.ts';
import { type DocumentModel, openDocumentModel } from './document-model.ts';
import type { Mutation } from './memory-database.ts';
import { pick, randomFrom } from './random.ts';
import type { Verdict } from './step-by-step.ts';

const STEPS = 60;
const MAX_DRAIN_STEPS = 400;

/** Which of the waiting workers goes on, the oldest at 0: any of them, mostly the newest, or mostly the oldest. */
type Order = (chance: number) => number;
const ORDERS: readonly Order[] = [
  (chance) => chance,
  (chance) => 1 - (1 - chance) ** 6 - 1e-9,
  (chance) => chance ** 6,
];

export type Outcome = 'ready' | 'failed' | 'deleted' | 'awaited';

/** Says which promise was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/**
 * One random schedule: deliveries that are late, repeated and out of order, workers that fail or die at any step or
 * come back after their lease, replaced, reprocessed and deleted documents, and comparisons in between. The promises
 * are looked at after every step, and the whole once all is quiet.
 *
 * @throws Violation naming the promise, with the steps taken
 */
export async function runSchedule(seed: number, mutate?: Mutation): Promise<Outcome> {
  const random = randomFrom(seed);
  const order = pick(random, ORDERS);
  const faults = random() < 0.6 ? 1 : 0;
  const model = await openDocumentModel({ mutate });
  const watch = watchPromises(model);
  const taken: string[] = [];
  try {
    for (let step = 0; step < STEPS; step += 1) {
      taken.push(await takeStep(model, random, order, faults));
      watch.look();
    }
    await drain(model, watch.look, faults > 0);
    return watch.judge();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`seed ${seed}: ${error.message}\n  ${taken.join(', ')}`);
  }
}

async function takeStep(model: DocumentModel, random: () => number, order: Order, faults: number): Promise<string> {
  const waiting = model.workers.waiting();
  if (waiting > 0 && random() < 0.75) {
    const place = Math.floor(order(random()) * waiting);
    const verdict = verdictOf(random() / faults);
    await model.workers.advance(place, verdict);
    return `worker ${place} ${verdict}`;
  }
  const actions: readonly (readonly [string, number, () => unknown])[] = [
    ['event', 5, () => model.deliver(pick(random, model.events))],
    ['process', 2, () => model.deliver(model.message('document.process'))],
    ['collect', 1, () => model.deliver(model.message('document.collect'))],
    ['reconcile', 1, () => model.deliver(model.message('knowledge.reconcile'))],
    ['lease runs out', 2, () => model.leaseRunsOut()],
    ['replace', 1, () => model.replace()],
    ['arrival', 2, () => model.arrive()],
    ['form abandoned', 0.5, () => model.abandonForm()],
    ['form used again', 0.5, () => model.postAgain((versions) => pick(random, versions))],
    ['an hour passes', 0.2, () => model.hourPasses()],
    ['reprocess', 1, () => model.reprocess()],
    ['settings', 0.5, () => model.changeSettings()],
    ['remove', 0.3, () => model.remove()],
  ];
  const total = actions.reduce((sum, [, weight]) => sum + weight, 0);
  let at = random() * total;
  for (const [name, weight, run] of actions) {
    at -= weight;
    if (at > 0) continue;
    await run();
    return name;
  }
  return 'nothing';
}

function verdictOf(chance: number): Verdict {
  if (chance < 0.03) return 'fail before';
  if (chance < 0.06) return 'fail after';
  if (chance < 0.08) return 'die before';
  return chance < 0.1 ? 'die after' : 'go';
}

/** Nothing fails any more: the workers end, and the queue and the sweeper deliver what is left. */
async function drain(model: DocumentModel, look: () => void, hadFaults: boolean): Promise<void> {
  const settle = async () => {
    for (let step = 0; model.workers.waiting() > 0; step += 1) {
      if (step > MAX_DRAIN_STEPS) throw new Violation('the workers do not come to an end');
      await model.workers.advance(0, 'go');
      look();
    }
  };
  await settle();
  // The store delivers every event at least once.
  while (model.arrive());
  for (const event of model.unacknowledged()) {
    await model.deliver(event);
    await settle();
  }
  for (let round = 0; round < 4; round += 1) {
    model.leaseRunsOut();
    for (const kind of ['document.process', 'document.collect']) {
      await model.deliver(model.message(kind));
      await settle();
    }
  }
  // What was stored by a worker that had been given up, and then died or failed, only the daily comparison finds.
  if (!hadFaults) return;
  model.filesGrowOld();
  model.leaseRunsOut();
  for (let round = 0; round < 5; round += 1) model.leaseRunsOut();
  // The first may only end what a worker that died had begun, behind the place where the rest lies.
  for (let run = 0; run < 2; run += 1) {
    await model.deliver(model.message('knowledge.reconcile'));
    await settle();
  }
}

interface HeldRow {
  readonly status: string;
  readonly upload_id: string;
  readonly sequencer: string | null;
  readonly generation: number;
  readonly attempt: number;
  readonly deaths: number;
  readonly embedded_chunks: number;
  readonly lease_owner: string | null;
  readonly lease_until: Date | null;
}

/** What was accepted stays accepted until another file has come: opening a form, or letting it expire, ends nothing. */
function judgeContent(
  before: HeldRow | undefined,
  row: HeldRow | undefined,
  model: DocumentModel,
  demand: (holds: boolean, promise: string) => void,
): void {
  if (!before || !row || before.sequencer === null) return;
  demand(row.sequencer !== null, 'what was accepted stays accepted');
  if (row.upload_id === before.upload_id) return;
  demand(row.generation > before.generation && row.status === 'scanning', 'a file is replaced by one that has come');
  demand(model.held() === model.newest() && model.hasArrived(model.newest()), 'only the newest form counts');
}

/** Looked at after every step, of which none holds more than one claim. */
function judgeClaim(
  before: HeldRow | undefined,
  row: HeldRow | undefined,
  now: Date,
  demand: (holds: boolean, promise: string) => void,
): void {
  if (!before || !row?.lease_owner || row.lease_owner === before.lease_owner) return;
  if (row.generation !== before.generation) return;
  const takenOver = before.lease_owner !== null;
  demand(!takenOver || (before.lease_until ?? now) <= now, 'a live lease is never taken');
  demand(row.attempt === before.attempt + 1, 'every claim is counted');
  demand(row.deaths === before.deaths + Number(takenOver), 'whoever vanished is counted');
}

function watchPromises(model: DocumentModel) {
  let live = 0;
  let wasDeleted = false;
  let before: HeldRow | undefined;
  const demand = (holds: boolean, promise: string) => {
    if (!holds) throw new Violation(promise);
  };
  const look = () => {
    const [row, chunks] = [model.row(), model.chunks()];
    const answering = chunks.filter((chunk) => chunk.generation === row?.live_generation);
    wasDeleted ||= row === undefined || row.deleted_at !== null;
    judgeClaim(before, row as HeldRow | undefined, model.now(), demand);
    judgeContent(before, row as HeldRow | undefined, model, demand);
    before = row && ({ ...row } as unknown as HeldRow);
    demand(Number(row?.generation ?? 0) <= model.changes(), 'an arrival is taken for new content once');
    demand(!wasDeleted || row === undefined || row.deleted_at !== null, 'a tombstone never resurrects');
    demand(!wasDeleted || chunks.length === 0, 'nothing of a deleted document is found');
    if (wasDeleted) return;
    const generation = Number(row?.live_generation ?? 0);
    demand(generation >= live, 'the live generation never goes back');
    live = generation;
    const isBeingMade = row?.status === 'processing';
    demand(
      chunks.every((chunk) => answering.includes(chunk) || (isBeingMade && chunk.generation === row.generation)),
      'what does not answer is being made',
    );
    demand(new Set(answering.map((chunk) => String(chunk.text).slice(0, 3))).size <= 1, 'no mixture of two texts');
    demand(answering.length === Number(row?.chunk_count), 'a document is live as a whole');
    demand(
      answering.every((chunk) => model.vectors.has(String(chunk.id))),
      'what answers has its vector',
    );
  };
  const judge = (): Outcome => {
    const row = model.row();
    if (wasDeleted) {
      demand(row === undefined, 'what was deleted is collected');
      demand(model.vectors.size === 0, 'no vector outlives its document');
      const left = [...model.uploads.keys(), ...model.library.keys()];
      demand(left.length === 0, 'no file outlives its document');
      demand(model.receipts().length === 1, 'a deletion has its receipt');
      return 'deleted';
    }
    const owned = Array.from({ length: Number(row?.chunk_count) }, (_, index) =>
      chunkId(model.documentId, Number(row?.live_generation), index),
    );
    demand([...model.vectors.keys()].sort().join() === owned.sort().join(), 'no vector outlives its generation');
    const newestCame = model.hasArrived(model.newest());
    demand(!newestCame || model.held() === model.newest(), 'the newest file that came is the one that is held');
    if (row?.status === 'awaiting_upload') {
      demand(!newestCame && row.generation === 0, 'only what never had a file waits for one');
      return 'awaited';
    }
    if (row?.status === 'failed') {
      demand(row.error_code === 'INTERNAL' && Number(row.deaths) >= 2, 'only what ended its workers fails');
      return 'failed';
    }
    demand(row?.status === 'ready', 'nothing that was accepted stays open');
    demand(row?.chunk_tokens === model.chunkTokens(), 'the newest settings are the ones it is cut by');
    const texts = model.chunks().map((chunk) => String(chunk.text));
    demand(
      texts.length > 1 && texts.every((text) => text.startsWith(`v${model.held()} `)),
      'the text that is held is the one that answers',
    );
    return 'ready';
  };
  return { look, judge };
}
