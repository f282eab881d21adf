import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import type { Citation } from '../../models/citation.ts';

export interface TurnOwner {
  readonly creatorId: string;
  readonly turnId: string;
  readonly workerId: string;
}

export interface TurnAnswer {
  readonly text: string;
  readonly refused: boolean;
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  readonly citations: readonly Citation[];
  readonly model: string;
}

/**
 * Stores the answer under `messageId`, a new UUID, and ends the turn, if this worker still owns it; false when the lease
 * was lost, so that a turn never has two answers. `lastSeq` is the highest frame number the worker has drawn.
 */
export async function completeTurn(
  db: Executor,
  {
    creatorId,
    turnId,
    workerId,
    answer,
    lastSeq,
    messageId,
  }: TurnOwner & { readonly answer: TurnAnswer; readonly lastSeq: number; readonly messageId: string },
): Promise<boolean> {
  const rows = await db.query(
    `with ended as (
       update turns
       set status = 'completed', answer_message_id = $4, finish_reason = $5, lease_owner = null, lease_until = null
       where creator_id = $1 and id = $2 and lease_owner = $3 and status = 'open'
       returning conversation_id
     ), said as (
       insert into messages (creator_id, id, conversation_id, turn_id, role, text, refused, citations, model)
       select $1, $4, ended.conversation_id, $2, 'assistant', $6, $7, $8, $9 from ended
     )
     update conversations c set last_seq = greatest(c.last_seq, $10)
     from ended where c.creator_id = $1 and c.id = ended.conversation_id
     returning c.id`,
    [
      creatorId,
      turnId,
      workerId,
      messageId,
      answer.finishReason,
      answer.text,
      answer.refused,
      JSON.stringify(answer.citations),
      answer.model,
      lastSeq,
    ],
  );
  return rows.length > 0;
}

/** Ends the turn without an answer; false when this worker no longer owns it. */
export async function failTurn(
  db: Executor,
  { creatorId, turnId, workerId, code, lastSeq }: TurnOwner & { readonly code: ErrorCode; readonly lastSeq: number },
): Promise<boolean> {
  const rows = await db.query(
    `with ended as (
       update turns set status = 'failed', error_code = $4, lease_owner = null, lease_until = null
       where creator_id = $1 and id = $2 and lease_owner = $3 and status = 'open'
       returning conversation_id
     )
     update conversations c set last_seq = greatest(c.last_seq, $5)
     from ended where c.creator_id = $1 and c.id = ended.conversation_id
     returning c.id`,
    [creatorId, turnId, workerId, code, lastSeq],
  );
  return rows.length > 0;
}

const OpenTurn = z.object({ id: z.uuid() });

/** The turn that may be answered next in a conversation. */
export async function nextOpenTurn(
  db: Executor,
  { creatorId, conversationId }: { readonly creatorId: string; readonly conversationId: string },
): Promise<string | undefined> {
  const [row] = await db.query(
    `select id from turns
     where creator_id = $1 and conversation_id = $2 and status = 'open'
     order by number limit 1`,
    [creatorId, conversationId],
  );
  return row && OpenTurn.parse(row).id;
}

/** Asks the worker to stop; false when the conversation has no such open turn. */
export async function requestCancel(
  db: Executor,
  wanted: { readonly creatorId: string; readonly conversationId: string; readonly turnId: string },
): Promise<boolean> {
  const rows = await db.query(
    `update turns set cancel_requested = true
     where creator_id = $1 and conversation_id = $2 and id = $3 and status = 'open'
     returning id`,
    [wanted.creatorId, wanted.conversationId, wanted.turnId],
  );
  return rows.length > 0;
}

const TurnStatus = z.enum(['open', 'completed', 'failed']);
type TurnStatus = z.infer<typeof TurnStatus>;

/** Undefined when the conversation has no such turn. */
export async function readTurnStatus(
  db: Executor,
  turn: { readonly creatorId: string; readonly conversationId: string; readonly turnId: string },
): Promise<TurnStatus | undefined> {
  const [row] = await db.query('select status from turns where creator_id = $1 and conversation_id = $2 and id = $3', [
    turn.creatorId,
    turn.conversationId,
    turn.turnId,
  ]);
  return row && TurnStatus.parse(row.status);
}
