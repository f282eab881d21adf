import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const RECONCILIATION_STEPS = ['vectors', 'strays', 'files', 'originals'] as const;
export type ReconciliationStep = (typeof RECONCILIATION_STEPS)[number];

export const ReconciliationCounts = z.object({
  /** Live passages whose vectors were looked for. */
  passages: z.number().default(0),
  /** Vectors that were missing, or of another model, and were made anew. */
  restored: z.number().default(0),
  /** Vectors that nobody owned, removed. */
  strays: z.number().default(0),
  /** Originals that nobody owned, removed. */
  files: z.number().default(0),
  /** Documents whose original is gone, told. */
  lost: z.number().default(0),
});
export type ReconciliationCounts = z.output<typeof ReconciliationCounts>;

const Reconciliation = z.object({
  step: z.enum(RECONCILIATION_STEPS),
  position: z.string().nullable(),
  counts: ReconciliationCounts,
  lost_originals: z.array(z.uuid()),
});
/** Where a comparison stands. */
export type Reconciliation = z.output<typeof Reconciliation>;

export interface ReconciliationHold {
  readonly creatorId: string;
  readonly workerId: string;
  readonly leaseMs: number;
}

export interface Reconciliations {
  /** Asks for a comparison; one that runs is left to run. */
  request(): Promise<void>;
  /** Takes the running comparison where it stopped, or begins one. Undefined while another worker holds it. */
  claim(hold: ReconciliationHold): Promise<Reconciliation | undefined>;
  /** Writes down where it stands and extends the lease. False when the lease was lost: stop at once. */
  save(hold: ReconciliationHold, standing: Reconciliation): Promise<boolean>;
  /** Lets go, to be gone on with later. */
  release(hold: ReconciliationHold): Promise<void>;
  finish(hold: ReconciliationHold, standing: Reconciliation): Promise<boolean>;
  /** The sweeper has sent it. */
  markSent(): Promise<void>;
}

export function openReconciliations(db: Executor, creatorId: string): Reconciliations {
  const write = async (hold: ReconciliationHold, standing: Reconciliation, rest: string) => {
    const rows = await db.query(
      `update reconciliations set step = $3, position = $4, counts = $5, lost_originals = $6, ${rest}
       where creator_id = $1 and lease_owner = $2 and status = 'running' returning creator_id`,
      [
        creatorId,
        hold.workerId,
        standing.step,
        standing.position,
        JSON.stringify(standing.counts),
        standing.lost_originals,
      ],
    );
    return rows.length > 0;
  };
  return {
    async request() {
      await db.query(
        `insert into reconciliations (creator_id, queued_at) values ($1, now() - interval '1 hour')
         on conflict (creator_id) do update set status = 'waiting', queued_at = excluded.queued_at
         where reconciliations.status = 'done'`,
        [creatorId],
      );
    },
    async claim({ workerId, leaseMs }) {
      const [row] = await db.query(
        `insert into reconciliations as r (creator_id, status, lease_owner, lease_until, started_at)
         select creator_id, 'running', $2, now() + $3 * interval '1 millisecond', now()
         from creators where creator_id = $1 and id = $1
         on conflict (creator_id) do update set status = 'running', lease_owner = excluded.lease_owner,
           lease_until = excluded.lease_until,
           step = case when r.status = 'running' then r.step else 'vectors' end,
           position = case when r.status = 'running' then r.position end,
           counts = case when r.status = 'running' then r.counts else '{}' end,
           lost_originals = case when r.status = 'running' then r.lost_originals else '{}' end,
           started_at = case when r.status = 'running' then r.started_at else now() end
         where r.lease_until is null or r.lease_until <= now()
         returning step, position, counts, lost_originals`,
        [creatorId, workerId, leaseMs],
      );
      return row && Reconciliation.parse(row);
    },
    save: (hold, standing) =>
      write(hold, standing, `lease_until = now() + ${Math.floor(hold.leaseMs)} * interval '1 millisecond'`),
    async release({ workerId }) {
      await db.query(
        `update reconciliations set lease_owner = null, lease_until = null, queued_at = now() - interval '1 hour'
         where creator_id = $1 and lease_owner = $2`,
        [creatorId, workerId],
      );
    },
    finish: (hold, standing) =>
      write(
        hold,
        standing,
        `status = 'done', finished_at = now(), queued_at = now(), lease_owner = null, lease_until = null`,
      ),
    async markSent() {
      await db.query(
        `insert into reconciliations (creator_id) values ($1)
         on conflict (creator_id) do update set queued_at = now()`,
        [creatorId],
      );
    },
  };
}
