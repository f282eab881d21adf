import { APIError } from '../../../../shared/errors/api-error.ts';
import { asApiError, toErrorBody } from '../../../../shared/errors/error-envelope.ts';
import { readUnannounced, recordAnnounced } from '../../../../shared/lifecycles/turn/announce-turn.ts';
import { type ClaimedTurn, releaseTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { failTurn, nextOpenTurn } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { currentScope } from '../../../../shared/observability/request-scope.ts';
import type { GenerateDependencies, Work } from './generate-turn.ts';

/** Ends the turn without an answer and tells why, in words that are meant for the visitor. */
export async function failClaimedTurn(
  deps: GenerateDependencies,
  { turn, workerId }: Work,
  error: unknown,
): Promise<void> {
  const { creatorId, conversationId, turnId } = turn;
  const told = asApiError(error);
  log.error('a turn failed', error instanceof APIError ? (error.cause ?? error) : error, { code: told.code });
  const lastSeq = await deps.stream.lastSeq(creatorId, conversationId).catch(() => 0);
  const failed = await deps.database.changeAtOnce(creatorId, (db) =>
    failTurn(db, { creatorId, turnId, workerId, code: told.code, lastSeq: lastSeq + 1 }),
  );
  if (!failed) return;
  add('understudy_turns_total', { outcome: told.code }, 1);
  const body = toErrorBody(told, currentScope()?.requestId ?? '');
  await deps.stream.append(creatorId, conversationId, { type: 'failed', turn_id: turnId, error: body });
}

/**
 * The model has more to do than it takes: the turn goes to the back of the queue, where it holds nobody up, and the
 * visitor is told that the question waits.
 */
export async function sendBack(deps: GenerateDependencies, { turn, workerId }: Work): Promise<void> {
  const { creatorId, conversationId, turnId } = turn;
  const released = await deps.database.withTenant(creatorId, (db) => releaseTurn(db, { creatorId, turnId, workerId }));
  if (!released) return;
  add('understudy_turns_sent_back_total', {}, 1);
  log.warn('the model is busy: a turn goes back to the queue', { turn_id: turnId, attempt: turn.attempt });
  await deps.stream.append(creatorId, conversationId, { type: 'queued', turn_id: turnId, position: 1 });
  await deps.turns.announce({ creator_id: creatorId, conversation_id: conversationId, turn_id: turnId });
}

/** Nobody can be told anything while Redis does not answer, and the queue's own way back would take minutes. */
const COME_BACK_SECONDS = 10;

/** The turn is as free as it was before this delivery, or ended and untold; another delivery goes on with it. */
export async function comeBackSoon(deps: GenerateDependencies, message: TurnMessage, error: Error): Promise<void> {
  const { creator_id, conversation_id, turn_id } = message;
  log.warn('a turn waits for redis', { turn_id, reason: String(error.cause) });
  await deps.turns.announce({ creator_id, conversation_id, turn_id }, { afterSeconds: COME_BACK_SECONDS });
}

/** A worker may end between storing an answer and telling it: whoever finds the turn ended then tells. */
export async function tellEnding(deps: GenerateDependencies, message: TurnMessage): Promise<void> {
  const { creator_id: creatorId, conversation_id: conversationId, turn_id: turnId } = message;
  const frames = await deps.database.readAsTenant(creatorId, (db) => readUnannounced(db, { creatorId, turnId }));
  if (!frames) return log.info('nothing to claim', { turn_id: turnId });
  for (const frame of frames) await deps.stream.append(creatorId, conversationId, frame);
  await sendNext(deps, { creatorId, conversationId, turnId });
}

/** The turn is done and told: the next one of its conversation may begin. */
export async function sendNext(
  deps: GenerateDependencies,
  { creatorId, conversationId, turnId }: Pick<ClaimedTurn, 'creatorId' | 'conversationId' | 'turnId'>,
): Promise<void> {
  const next = await deps.database.changeAtOnce(creatorId, async (db) => {
    const [following] = await Promise.all([
      nextOpenTurn(db, { creatorId, conversationId }),
      recordAnnounced(db, { creatorId, turnId }),
    ]);
    return following;
  });
  if (next === undefined) return;
  await deps.turns.announce({ creator_id: creatorId, conversation_id: conversationId, turn_id: next });
}
