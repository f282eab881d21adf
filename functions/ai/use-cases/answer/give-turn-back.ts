import { setTimeout as pause } from 'node:timers/promises';
import { meansDatabaseAway } from '../../../../shared/errors/database-unavailable-error.ts';
import { releaseTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { readPlaceAtTheBack } from '../../../../shared/lifecycles/turn/queue-position.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { timeLeftMs } from '../../../../shared/observability/request-scope.ts';
import type { ClaimedWork } from './claim-work.ts';
import type { GenerateDependencies } from './generate-turn.ts';

/**
 * The model has more to do than it takes: the turn goes to the back of the queue, where it holds nobody up, and the
 * visitor is told that the question waits.
 */
export async function sendBack(deps: GenerateDependencies, { turn, workerId }: ClaimedWork): Promise<void> {
  const { creatorId, conversationId, turnId } = turn;
  const [released, position] = await deps.database.withTenant(creatorId, (db) =>
    Promise.all([releaseTurn(db, { creatorId, turnId, workerId }), readPlaceAtTheBack(db, turn)]),
  );
  if (!released) return;
  add('understudy_turns_sent_back_total', {}, 1);
  log.warn('the model is busy: a turn goes back to the queue', { turn_id: turnId, attempt: turn.attempt });
  await deps.stream.append(creatorId, conversationId, { type: 'queued', turn_id: turnId, position });
  await deps.turns.announce({ creator_id: creatorId, conversation_id: conversationId, turn_id: turnId });
}

/** Nobody can be told anything while Redis does not answer, and the queue's own way back would take minutes. */
const COME_BACK_SECONDS = 10;

/** The turn is as free as it was before this delivery, or ended and untold; another delivery goes on with it. */
export async function comeBackSoon(deps: GenerateDependencies, message: TurnMessage, error: Error): Promise<void> {
  log.warn('a turn waits for redis', { turn_id: message.turn_id, reason: String(error.cause) });
  await comeAgain(deps, message, COME_BACK_SECONDS);
}

/** Less than the lease of a turn, which would free it by itself. */
const GIVE_BACK_WITHIN_MS = 25_000;
/** Before the second try; each later pause is twice the one before. */
const FIRST_PAUSE_MS = 250;
/** For a turn that nobody holds: its claim failed, or it has ended and is not told. */
const UNHELD_COME_BACK_SECONDS = 5;

/** Gives the turn back as soon as Postgres answers again; another delivery goes on with it, later each time it fails. */
export async function giveBackSoon(
  deps: GenerateDependencies,
  message: TurnMessage,
  workerId: string,
  error: unknown,
): Promise<void> {
  log.warn('a turn waits for the database', { turn_id: message.turn_id, reason: String(error) });
  const lease = { creatorId: message.creator_id, turnId: message.turn_id, workerId };
  const untilMs = Date.now() + Math.min(deps.giveBackWithinMs ?? GIVE_BACK_WITHIN_MS, timeLeftMs() / 2);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    try {
      const released = await deps.database.changeAtOnce(lease.creatorId, (db) => releaseTurn(db, lease));
      const afterSeconds = released ? Math.min(2 ** released.attempt, COME_BACK_SECONDS) : UNHELD_COME_BACK_SECONDS;
      return await comeAgain(deps, message, afterSeconds);
    } catch (still) {
      if (!meansDatabaseAway(still)) throw still;
      if (Date.now() + pauseMs >= untilMs) break;
      await pause(pauseMs);
    }
  }
  await comeAgain(deps, message, COME_BACK_SECONDS);
}

async function comeAgain(deps: GenerateDependencies, message: TurnMessage, afterSeconds: number): Promise<void> {
  const { creator_id, conversation_id, turn_id } = message;
  await deps.turns.announce({ creator_id, conversation_id, turn_id }, { afterSeconds });
}
