import type { Executor } from '../../database/executor.ts';
import { waitForOthers } from '../../database/wait-for-others.ts';
import { DOCUMENT_COLUMNS, type DocumentRow, firstDocument } from './document-row.ts';

export interface DocumentClaim {
  readonly creatorId: string;
  readonly documentId: string;
  /** New for every delivery: a worker never shares a lease with its own past. */
  readonly workerId: string;
  readonly leaseMs: number;
}

/**
 * Takes an open document for one worker. Undefined when another holds a live lease, or nothing is to be done.
 * `attempt` counts the claims; `deaths` those whose predecessor vanished without letting go.
 */
export async function claimDocument(db: Executor, claim: DocumentClaim): Promise<DocumentRow | undefined> {
  return firstDocument(
    await db.query(
      `update documents set lease_owner = $3, lease_until = now() + $4 * interval '1 millisecond',
         attempt = attempt + 1, deaths = deaths + (lease_owner is not null)::integer, resent = 0, queued_at = now()
       where creator_id = $1 and id = $2 and deleted_at is null and status in ('scanning', 'processing')
         and deadline_at > now() and (lease_until is null or lease_until <= now())
       returning ${DOCUMENT_COLUMNS}`,
      [claim.creatorId, claim.documentId, claim.workerId, claim.leaseMs],
    ),
  );
}

/** Extends a lease that is still this worker's. False when it was lost: stop at once, write nothing more. */
export async function renewDocument(db: Executor, claim: DocumentClaim): Promise<boolean> {
  const rows = await db.query(
    `update documents set lease_until = now() + $4 * interval '1 millisecond', resent = 0, queued_at = now()
     where creator_id = $1 and id = $2 and lease_owner = $3 and deleted_at is null
       and status in ('scanning', 'processing') and deadline_at > now()
     returning id`,
    [claim.creatorId, claim.documentId, claim.workerId, claim.leaseMs],
  );
  return rows.length > 0;
}

/** Lets go after a passing failure, so that the next delivery can go on at once and no death is counted. */
export async function releaseDocument(db: Executor, claim: Omit<DocumentClaim, 'leaseMs'>): Promise<void> {
  await db.query(
    `update documents set lease_owner = null, lease_until = null, queued_at = now()
     where creator_id = $1 and id = $2 and lease_owner = $3`,
    [claim.creatorId, claim.documentId, claim.workerId],
  );
}

/** The sweeper sent it again: the next time comes after twice the wait, up to ten minutes. */
export async function markResent(db: Executor, creatorId: string, documentId: string): Promise<void> {
  await db.query('update documents set resent = least(resent + 1, 10) where creator_id = $1 and id = $2', [
    creatorId,
    documentId,
  ]);
}

/**
 * How many documents of a creator's are being worked on right now. Until the transaction ends nobody else of the
 * creator's asks, so that two at once cannot both take the last place.
 */
export async function countAtWork(db: Executor, creatorId: string): Promise<number> {
  const [, [row]] = await Promise.all([
    waitForOthers(db, creatorId, 'work'),
    db.query('select count(*) as count from documents where creator_id = $1 and lease_until > now()', [creatorId]),
  ]);
  return Number(row?.count ?? 0);
}

/** Those that are open and that nobody works on, longest waiting first. */
export async function listWaiting(db: Executor, creatorId: string, maxRows: number): Promise<string[]> {
  const rows = await db.query(
    `select id from documents
     where creator_id = $1 and deleted_at is null and status in ('scanning', 'processing')
       and deadline_at > now() and (lease_until is null or lease_until <= now())
     order by queued_at limit $2`,
    [creatorId, maxRows],
  );
  return rows.map((row) => String(row.id));
}
