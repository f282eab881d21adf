import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

export interface TurnLease {
  readonly creatorId: string;
  readonly turnId: string;
  /** A UUID of this worker's own, new for each delivery. */
  readonly workerId: string;
  readonly leaseMs: number;
}

export interface ClaimedTurn {
  readonly creatorId: string;
  readonly turnId: string;
  readonly conversationId: string;
  /** Absent when the widget was deleted in the meantime. */
  readonly widgetId: string | undefined;
  /** 1 at the first claim; above 1 the visitor is told `restarted`. */
  readonly attempt: number;
  readonly question: string;
  readonly questionMessageId: string;
  readonly cancelRequested: boolean;
  /** Oldest first, at most 12, of finished turns only. */
  readonly history: readonly { readonly role: 'visitor' | 'assistant'; readonly text: string }[];
  /** When the sweeper may end the turn. */
  readonly deadlineAt: Date;
}

const MAX_HISTORY_MESSAGES = 12;

const Claimed = z.object({
  conversation_id: z.string(),
  widget_id: z.string().nullable(),
  attempt: z.number(),
  cancel_requested: z.boolean(),
  question_message_id: z.string(),
  question: z.string(),
  deadline_at: z.date(),
});
const Released = Claimed.pick({ attempt: true });
const Said = z.object({
  role: z.enum(['visitor', 'assistant', 'agent']).transform((role) => (role === 'visitor' ? role : 'assistant')),
  text: z.string(),
});

/**
 * Takes the turn for one worker. Undefined when a live lease holds it, it is finished, or an earlier turn of the
 * conversation is still open: a conversation is answered one turn after another. Two rivals cannot both win: the
 * second waits for the row and then finds the lease.
 */
export async function claimTurn(db: Executor, lease: TurnLease): Promise<ClaimedTurn | undefined> {
  const { creatorId, turnId, workerId, leaseMs } = lease;
  const claim = db.query(
    `update turns t
     set lease_owner = $3, lease_until = now() + make_interval(secs => $4), attempt = t.attempt + 1
     from conversations c, messages m
     where t.creator_id = $1 and t.id = $2 and t.status = 'open'
       and (t.lease_until is null or t.lease_until < now())
       and c.creator_id = t.creator_id and c.id = t.conversation_id
       and m.creator_id = t.creator_id and m.id = t.question_message_id
       and not exists (
         select from turns e
         where e.creator_id = t.creator_id and e.conversation_id = t.conversation_id
           and e.status = 'open' and e.number < t.number)
     returning t.conversation_id, c.widget_id, t.attempt, t.cancel_requested, t.question_message_id,
       m.text as question, t.deadline_at`,
    [creatorId, turnId, workerId, leaseMs / 1_000],
  );
  const earlier = readHistory(db, creatorId, turnId);
  const [row] = await claim;
  const history = await earlier;
  if (!row) return undefined;
  const claimed = Claimed.parse(row);
  return {
    creatorId,
    turnId,
    conversationId: claimed.conversation_id,
    widgetId: claimed.widget_id ?? undefined,
    attempt: claimed.attempt,
    question: claimed.question,
    questionMessageId: claimed.question_message_id,
    cancelRequested: claimed.cancel_requested,
    history,
    deadlineAt: claimed.deadline_at,
  };
}

/** The limits within keep the planner from beginning with all messages of the creator, which grow with every turn. */
async function readHistory(db: Executor, creatorId: string, turnId: string): Promise<ClaimedTurn['history']> {
  const rows = await db.query(
    `select m.role, m.text
     from turns t
     cross join lateral (
       select e.id, e.number from turns e
       where e.creator_id = $1 and e.conversation_id = t.conversation_id and e.number < t.number
         and e.status = 'completed'
       order by e.number desc limit $3) e
     cross join lateral (
       select said.role, said.text, said.created_at from messages said
       where said.creator_id = $1 and said.conversation_id = t.conversation_id and said.turn_id = e.id
       order by said.created_at desc limit $3) m
     where t.creator_id = $1 and t.id = $2
     order by e.number desc, m.created_at desc
     limit $3`,
    [creatorId, turnId, MAX_HISTORY_MESSAGES],
  );
  return rows.map((row) => Said.parse(row)).reverse();
}

/** Prolongs the lease; `held: false` means another worker or nobody owns the turn now: stop without writing. */
export async function renewTurn(
  db: Executor,
  { creatorId, turnId, workerId, leaseMs }: TurnLease,
): Promise<{ readonly held: boolean; readonly cancelRequested: boolean }> {
  const [row] = await db.query(
    `update turns set lease_until = now() + make_interval(secs => $4)
     where creator_id = $1 and id = $2 and lease_owner = $3 and status = 'open'
     returning cancel_requested`,
    [creatorId, turnId, workerId, leaseMs / 1_000],
  );
  return { held: row !== undefined, cancelRequested: row?.cancel_requested === true };
}

/** Gives the turn back at once, for a failure worth another attempt. Undefined when it is not this worker's any more. */
export async function releaseTurn(
  db: Executor,
  { creatorId, turnId, workerId }: Omit<TurnLease, 'leaseMs'>,
): Promise<{ readonly attempt: number } | undefined> {
  const [row] = await db.query(
    `update turns set lease_owner = null, lease_until = now()
     where creator_id = $1 and id = $2 and lease_owner = $3 and status = 'open'
     returning attempt`,
    [creatorId, turnId, workerId],
  );
  return row && Released.parse(row);
}
