import { APIError } from '../../../../shared/errors/api-error.ts';
import { asApiError, toErrorBody } from '../../../../shared/errors/error-envelope.ts';
import { readUnannounced, recordAnnounced } from '../../../../shared/lifecycles/turn/announce-turn.ts';
import type { ClaimedTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { failTurn, nextOpenTurn } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { currentScope } from '../../../../shared/observability/request-scope.ts';
import type { ClaimedWork } from './claim-work.ts';
import type { GenerateDependencies } from './generate-turn.ts';

/** Ends the turn without an answer and tells why, in words that are meant for the visitor. */
export async function failClaimedTurn(
  deps: GenerateDependencies,
  { turn, workerId }: ClaimedWork,
  error: unknown,
): Promise<void> {
  const { creatorId, conversationId, turnId } = turn;
  const told = asApiError(error);
  log.error('a turn failed', error instanceof APIError ? (error.cause ?? error) : error, { code: told.code });
  // Without Redis nothing can be told either; Postgres keeps the higher number that it may have.
  const lastSeq = await deps.stream.lastSeq(creatorId, conversationId).catch(() => 0);
  const failed = await deps.database.changeAtOnce(creatorId, (db) =>
    failTurn(db, { creatorId, turnId, workerId, code: told.code, lastSeq: lastSeq + 1 }),
  );
  if (!failed) return;
  add('understudy_turns_total', { outcome: told.code }, 1);
  const body = toErrorBody(told, currentScope()?.requestId ?? '');
  await deps.stream.append(creatorId, conversationId, { type: 'failed', turn_id: turnId, error: body });
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
