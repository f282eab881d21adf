import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import { APIError } from '../../errors/api-error.ts';
import { ErrorBody, toErrorBody } from '../../errors/error-envelope.ts';
import { Citation } from '../../models/citation.ts';
import { currentScope } from '../../observability/request-scope.ts';
import type { NumberedFrameBody } from '../conversation/frames.ts';

interface TurnKey {
  readonly creatorId: string;
  readonly turnId: string;
}

const Ended = z.object({
  status: z.enum(['completed', 'failed']),
  finish_reason: z.enum(['stop', 'length', 'cancelled']).nullable(),
  error_code: ErrorBody.shape.code.nullable(),
  answer_message_id: z.string().nullable(),
  text: z.string().nullable(),
  refused: z.boolean().nullable(),
  citations: z.array(Citation).nullable(),
});

/** The visitor was sent the turn's last frame: nothing of it is left to do. */
export async function recordAnnounced(db: Executor, { creatorId, turnId }: TurnKey): Promise<void> {
  await db.query("update turns set announced = true where creator_id = $1 and id = $2 and status <> 'open'", [
    creatorId,
    turnId,
  ]);
}

/**
 * The last frames of a turn that has ended without anybody having said so, while its stream exists; undefined
 * otherwise. Appending them twice is harmless: the stream keeps each of them once.
 */
export async function readUnannounced(
  db: Executor,
  { creatorId, turnId }: TurnKey,
): Promise<readonly NumberedFrameBody[] | undefined> {
  const [row] = await db.query(
    `select t.status, t.finish_reason, t.error_code, t.answer_message_id, m.text, m.refused, m.citations
     from turns t
     left join messages m on m.creator_id = t.creator_id and m.id = t.answer_message_id
     where t.creator_id = $1 and t.id = $2 and t.status <> 'open' and not t.announced
       and t.updated_at > now() - interval '10 minutes'`,
    [creatorId, turnId],
  );
  return row && framesOf(turnId, Ended.parse(row));
}

function framesOf(turnId: string, ended: z.output<typeof Ended>): readonly NumberedFrameBody[] {
  if (ended.status === 'failed' || ended.answer_message_id === null) {
    const told = new APIError(ended.error_code ?? 'INTERNAL_ERROR', 'This question could not be answered.');
    return [{ type: 'failed', turn_id: turnId, error: toErrorBody(told, currentScope()?.requestId ?? '') }];
  }
  return [
    { type: 'citations', turn_id: turnId, citations: ended.citations ?? [] },
    {
      type: 'completed',
      turn_id: turnId,
      message_id: ended.answer_message_id,
      refused: ended.refused ?? false,
      finish_reason: ended.finish_reason ?? 'stop',
      text: ended.text ?? '',
    },
  ];
}
