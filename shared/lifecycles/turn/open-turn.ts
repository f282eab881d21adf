import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import { NotFoundError } from '../../errors/not-found-error.ts';
import { readQueuePosition } from './queue-position.ts';

export interface NewTurn {
  readonly creatorId: string;
  readonly conversationId: string;
  readonly clientMessageId: string;
  readonly text: string;
}

export type OpenedTurn =
  | {
      readonly kind: 'opened' | 'repeat';
      readonly turnId: string;
      /** The visitor's stored message. */
      readonly messageId: string;
      /** The number of its `accepted` frame; absent when the first sender stopped before it was recorded. */
      readonly acceptedSeq?: number;
      /** Numbering never falls to this or below, whatever Redis remembers. */
      readonly lastSeq: number;
      /** Its place among the turns that wait; absent when nothing that is known of keeps it waiting. */
      readonly queuePosition?: number;
    }
  | { readonly kind: 'conflict' };

const Opened = z.object({ last_seq: z.coerce.number() });
const Existing = Opened.extend({
  id: z.string(),
  question_message_id: z.string(),
  accepted_seq: z.coerce.number().nullable(),
  text: z.string(),
});

const SELECT_EXISTING = `
  select t.id, t.question_message_id, t.accepted_seq, m.text, c.last_seq
  from turns t
  join messages m on m.creator_id = t.creator_id and m.id = t.question_message_id
  join conversations c on c.creator_id = t.creator_id and c.id = t.conversation_id
  where t.creator_id = $1 and t.conversation_id = $2 and t.client_message_id = $3`;

// The update of the conversation's row is what orders its turns: the second sender waits there.
const INSERT = `
  with counted as (
    update conversations c set turn_count = c.turn_count + 1
    where c.creator_id = $1 and c.id = $2
      and not exists (
        select from turns t where t.creator_id = $1 and t.conversation_id = $2 and t.client_message_id = $3)
    returning c.turn_count, c.last_seq
  ), opened as (
    insert into turns (creator_id, id, conversation_id, client_message_id, number, question_message_id)
    select $1, $4, $2, $3, counted.turn_count, $5 from counted
    on conflict (creator_id, conversation_id, client_message_id) do nothing
    returning id
  ), said as (
    insert into messages (creator_id, id, conversation_id, turn_id, role, text)
    select $1, $5, $2, opened.id, 'visitor', $6 from opened
    returning id
  )
  select counted.last_seq from counted, said`;

/**
 * Stores a visitor's message and opens its turn, once for each client message id: a second call with the same text is
 * told the first one's ids, with another text it is a conflict. One round trip unless two senders race.
 *
 * @throws NotFoundError when the conversation does not exist (or is erased)
 */
export async function openTurn(db: Executor, turn: NewTurn): Promise<OpenedTurn> {
  const keys = [turn.creatorId, turn.conversationId, turn.clientMessageId];
  const turnId = randomUUID();
  const messageId = randomUUID();
  const before = db.query(SELECT_EXISTING, keys);
  const inserted = db.query(INSERT, [...keys, turnId, messageId, turn.text]);
  const queue = readQueuePosition(db, { ...turn, turnId });
  queue.catch(() => {}); // Awaited for a new turn only; a failure has failed the transaction.
  const [existing] = await before;
  const [opened] = await inserted;
  if (opened) {
    const { last_seq: lastSeq } = Opened.parse(opened);
    return { kind: 'opened', turnId, messageId, lastSeq, queuePosition: await queue };
  }
  // Nothing before and nothing inserted: another sender of the same message committed in between, or no conversation.
  const row = existing ?? (await db.query(SELECT_EXISTING, keys))[0];
  if (!row) throw new NotFoundError();
  return compare(Existing.parse(row), turn.text);
}

function compare(existing: z.output<typeof Existing>, text: string): OpenedTurn {
  if (existing.text !== text) return { kind: 'conflict' };
  return {
    kind: 'repeat',
    turnId: existing.id,
    messageId: existing.question_message_id,
    acceptedSeq: existing.accepted_seq ?? undefined,
    lastSeq: existing.last_seq,
  };
}

/** Remembers the number of the `accepted` frame, for repeats and as the floor of later numbering. */
export async function recordAccepted(
  db: Executor,
  { creatorId, turnId, seq }: { readonly creatorId: string; readonly turnId: string; readonly seq: number },
): Promise<void> {
  await db.query(
    `with accepted as (
       update turns set accepted_seq = coalesce(accepted_seq, $3)
       where creator_id = $1 and id = $2
       returning conversation_id
     )
     update conversations c set last_seq = greatest(c.last_seq, $3)
     from accepted where c.creator_id = $1 and c.id = accepted.conversation_id`,
    [creatorId, turnId, seq],
  );
}
