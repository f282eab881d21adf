import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

export interface WaitingTurn {
  readonly creatorId: string;
  readonly conversationId: string;
  readonly turnId: string;
}

/** Until then a turn that nobody holds is on its way to a worker; after that it waits for one. */
const ON_ITS_WAY_SECONDS = 1;

/**
 * The place of an open turn among those that wait, 1 being the next; undefined when it need not wait as far as the
 * creator's own turns tell: none of the conversation is open before it, and none of the creator waits for a worker.
 */
export async function readQueuePosition(db: Executor, turn: WaitingTurn): Promise<number | undefined> {
  const [row] = await db.query(
    `select count(*) filter (where t.here) as here,
       count(*) filter (where t.here and t.waits) as waiting_here,
       count(*) filter (where t.waits) as waiting,
       count(*) filter (where t.waits and t.created_at < now() - make_interval(secs => $4)) as stuck
     from (
       select o.created_at, o.conversation_id = $2 as here, (o.lease_until is null or o.lease_until < now()) as waits
       from turns o where o.creator_id = $1 and o.status = 'open' and o.id <> $3
     ) t`,
    [turn.creatorId, turn.conversationId, turn.turnId, ON_ITS_WAY_SECONDS],
  );
  if (Number(row?.stuck ?? 0) > 0) return Number(row?.waiting) + 1;
  return Number(row?.here ?? 0) > 0 ? Number(row?.waiting_here) + 1 : undefined;
}

/**
 * The place of a turn that has just gone to the back of the queue: behind all of its creator's that wait, but for those that
 * its conversation has after it.
 */
export async function readPlaceAtTheBack(db: Executor, turn: WaitingTurn): Promise<number> {
  const [row] = await db.query(
    `select count(*) as ahead
     from turns o
     join turns own on own.creator_id = o.creator_id and own.id = $3
     where o.creator_id = $1 and o.status = 'open' and (o.lease_until is null or o.lease_until < now())
       and o.id <> own.id and not (o.conversation_id = $2 and o.number > own.number)`,
    [turn.creatorId, turn.conversationId, turn.turnId],
  );
  return Number(row?.ahead ?? 0) + 1;
}

/** A turn that has really waited, with its place among all of its creator's that wait, 1 being the next. */
export interface QueuedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly position: number;
}

const QueuedRow = z
  .object({ conversation_id: z.string(), id: z.string(), place: z.coerce.number() })
  .transform((row): QueuedTurn => ({ conversationId: row.conversation_id, turnId: row.id, position: row.place }));

/**
 * The first `limit` turns of a creator's queue, in the order of their coming to it: a turn that was given back came when
 * that happened, and what its conversation has after it waits for it. Without those that are only on their way to a
 * worker.
 */
export async function readQueue(db: Executor, creatorId: string, limit: number): Promise<readonly QueuedTurn[]> {
  const rows = await db.query(
    `select q.conversation_id, q.id, q.place
     from (
       select w.conversation_id, w.id, w.created_at, row_number() over (order by w.came_at, w.created_at, w.number) as place
       from (
         select t.conversation_id, t.id, t.created_at, t.number,
           max(coalesce(t.lease_until, t.created_at)) over (partition by t.conversation_id order by t.number) as came_at
         from turns t
         where t.creator_id = $1 and t.status = 'open' and (t.lease_until is null or t.lease_until < now())
       ) w
     ) q
     where q.place <= $2 and q.created_at < now() - make_interval(secs => $3)
     order by q.place`,
    [creatorId, limit, ON_ITS_WAY_SECONDS],
  );
  return rows.map((row) => QueuedRow.parse(row));
}
