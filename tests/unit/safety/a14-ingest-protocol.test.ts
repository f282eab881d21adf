import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Mutation } from '../../support/model/memory-database.ts';
import { type Outcome, runSchedule, Violation } from '../../support/model/run-schedule.ts';
import { figure, tellFigure } from '../../support/safety/figures.ts';

/** SAFETY=full searches the whole figure; MODEL_SEED elsewhere. */
const SCHEDULES = Number(process.env.MODEL_SCHEDULES ?? figure(5_000, 100_000));
const SEED = Number(process.env.MODEL_SEED ?? 1) * 1_000_003;
/** A broken step shows within so many. */
const MUTANT_SCHEDULES = 2_000;

let folder: string;
beforeAll(async () => {
  // Work folders come and go by the hundred thousand: in memory, where the machine has such a place.
  folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'understudy-model-'));
  vi.stubEnv('TMPDIR', folder);
  // Leases live by the model's clock, and a worker that has died must leave no timer behind.
  vi.stubGlobal('setInterval', () => 0);
});
afterAll(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test(
  `A14: ${SCHEDULES} random schedules break no promise`,
  async () => {
    const outcomes: Record<Outcome, number> = { ready: 0, failed: 0, deleted: 0, awaited: 0 };

    for (let schedule = 0; schedule < SCHEDULES; schedule += 1) outcomes[await runSchedule(SEED + schedule)] += 1;

    tellFigure('A14', `${SCHEDULES} schedules, ${JSON.stringify(outcomes)}`, '0 violations', '0');
    expect(outcomes.ready).toBeGreaterThan(SCHEDULES / 10);
    expect(outcomes.deleted).toBeGreaterThan(SCHEDULES / 10);
    expect(outcomes.awaited).toBeGreaterThan(SCHEDULES / 1_000);
  },
  30 * 60_000,
);

const without = (statement: string, condition: string): Mutation => {
  return (sql) => (sql.startsWith(statement) ? sql.replace(condition, '') : sql);
};

/** A name, the fault, and where the search begins: what shows in one of ten thousand is looked for near where it did. */
test.each<[string, Mutation, number?]>([
  [
    'a live lease may be taken',
    without('update documents set lease_owner = $3', 'and (lease_until is null or lease_until <= now())'),
  ],
  ['claims are not counted', without('update documents set lease_owner = $3', 'attempt = attempt + 1, ')],
  [
    'workers that vanished are not counted',
    without('update documents set lease_owner = $3', '+ (lease_owner is not null)::integer'),
  ],
  [
    'an event that came before is taken for new content',
    without("update documents set status = 'scanning'", 'and sequencer is null'),
  ],
  [
    'an older form than the newest is taken',
    (sql) => sql.replace('or next_upload_id = $3)', 'or next_upload_id is not null)'),
  ],
  [
    'a form that is opened takes the place of what was accepted',
    without('update documents set upload_id = $3', 'and sequencer is null'),
  ],
  ['a form that was used stays good', without("update documents set status = 'scanning'", 'next_upload_id = null,')],
  [
    'a new form does not take the place of the one before',
    (sql) => sql.replace('set next_upload_id = $3', 'set next_upload_id = coalesce(next_upload_id, $3)'),
  ],
  [
    'whoever lost the lease may still publish',
    without("update documents set status = 'ready'", 'and lease_owner = $3 and generation = $4'),
  ],
  [
    'a deleted document may still be published',
    without("update documents set status = 'ready'", 'and deleted_at is null'),
  ],
  [
    'the chunks of the old generation stay',
    (sql) => (sql.startsWith('delete from chunks') ? sql.replace('creator_id = $1', 'false') : sql),
  ],
  [
    'what was stored ahead outlives a failure or a newer file',
    (sql) => (sql.startsWith('delete from chunks') ? sql.replace('($3::integer is null', '(false') : sql),
  ],
  [
    'the chunks of the old generation stay beside those that were stored ahead',
    (sql) => (sql.startsWith('delete from chunks') ? sql.replace('(generation <> $3 or', '(false or') : sql),
  ],
  [
    'whoever lost the hold may still store passages',
    without('update documents set progress_stage = $6', 'and lease_owner = $3 and generation = $4'),
  ],
  [
    'a file that is stored too late is not taken back',
    (sql) => sql.replace(/^select id from documents .* and \(upload_id = \$3 or.*$/, 'select $1 as id'),
    22_500,
  ],
  [
    'a deletion leaves the passages',
    (sql) => (sql.startsWith('delete from chunks') ? sql.replace('document_id = $2', 'generation = 1') : sql),
  ],
  [
    'late vectors are not taken back',
    (sql) =>
      sql.replace(
        /^select id from documents (.*) and \(live_generation = \$3.*$/,
        'select $1 as id where $2 is not null and $3 is not null',
      ),
  ],
  [
    'a comparison removes what is being made',
    (sql) => sql.replace("status in ('scanning', 'processing') as is_open", 'false as is_open'),
  ],
  [
    'vectors are stored unannounced',
    (sql) => (sql.startsWith('insert into vector_sets') ? sql.replace('$4', '0') : sql),
  ],
])(
  'A14: the model notices when %s',
  async (_name, mutate, first = 0) => {
    let caught: unknown;

    for (let schedule = first; schedule < first + MUTANT_SCHEDULES && !caught; schedule += 1) {
      caught = await runSchedule(SEED + schedule, mutate).then(
        () => undefined,
        (error: unknown) => error,
      );
    }

    expect(caught).toBeInstanceOf(Violation);
  },
  120_000,
);
