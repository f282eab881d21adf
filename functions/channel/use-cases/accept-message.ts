import { isOverspent, spendingOf } from '../../../shared/database/daily-answers.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { APIError } from '../../../shared/errors/api-error.ts';
import type { ConversationKey } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import type { NumberedFrame, NumberedFrameBody } from '../../../shared/lifecycles/conversation/frames.ts';
import { type OpenedTurn, openTurn, recordAccepted } from '../../../shared/lifecycles/turn/open-turn.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { Connection } from '../gateways/connections.ts';
import { admitVisitor, guarded, requireEnabled } from './admit-page.ts';

export interface VisitorMessage {
  readonly clientMessageId: string;
  readonly text: string;
}

const PER_VISITOR = { points: 20, perSeconds: 60 };
const PER_WIDGET = { points: 600, perSeconds: 60 };

type Known = Extract<OpenedTurn, { kind: 'opened' | 'repeat' }>;

/**
 * Stores the message and opens its turn in one transaction; then numbers and posts `accepted`; then tells the engine.
 * A repeat is answered on its own socket by the first `accepted`, and by nothing else.
 *
 * @throws APIError RATE_LIMITED, SPEND_LIMIT_REACHED, CONFLICT (another text under this id), ORIGIN_NOT_ALLOWED,
 *   PERMISSION_DENIED; NotFoundError when the conversation was erased
 */
export async function acceptMessage(
  use: ChannelUse,
  { connectionId, visitor }: Connection,
  message: VisitorMessage,
  reply: (frame: NumberedFrame) => Promise<void>,
): Promise<void> {
  const { creatorId, conversationId, visitorId, widgetId } = visitor;
  // Nested: what a flooding visitor is refused must not count against everybody else of the widget.
  await use.limiter.consumeNested([
    { name: 'message-visitor', subject: { creatorId, of: visitorId }, ...PER_VISITOR },
    { name: 'message-widget', subject: { creatorId, of: widgetId }, ...PER_WIDGET },
  ]);
  const turn = await use.database.withTenant(creatorId, (db) => open(use, db, visitor, message));
  if (turn.kind === 'conflict') {
    throw new APIError('CONFLICT', 'This client_message_id was used with another text.');
  }
  const body = acceptedFrame(turn, message);
  if (turn.acceptedSeq === undefined)
    return announce(use, { creatorId, conversationId, connectionId }, turn, body, reply);
  await use.stream.join(creatorId, conversationId, connectionId, undefined, turn.lastSeq);
  await reply({ ...body, seq: turn.acceptedSeq });
}

/** What has to be known first travels with the statement that opens; a refusal rolls that back. */
async function open(
  use: Pick<ChannelUse, 'readWidget' | 'readDailyAnswers' | 'lockDailyAnswers'>,
  db: Executor,
  visitor: VisitorCredential,
  message: VisitorMessage,
): Promise<OpenedTurn> {
  const { creatorId, conversationId } = visitor;
  const before = use.readDailyAnswers(db, creatorId);
  before.catch(() => {}); // Awaited for a new turn only; a failure has failed the transaction.
  const admitted = admitVisitor(use, db, visitor).then((widget) => {
    requireEnabled(widget);
    return widget;
  });
  const turn = await guarded(admitted, openTurn(db, { creatorId, conversationId, ...message }));
  // A repeat is no new spending: it is told what it was told before.
  if (turn.kind !== 'opened') return turn;
  const day = await before;
  const refused =
    spendingOf(day) === 'reached' ||
    // Others may have come this far at the same moment; now they wait for one another, and each counts itself.
    (day.limit !== undefined && isOverspent(await use.lockDailyAnswers(db, creatorId)));
  if (refused) throw new APIError('SPEND_LIMIT_REACHED', 'The assistant has answered all it may for today.');
  return turn;
}

function acceptedFrame(turn: Known, message: VisitorMessage): Extract<NumberedFrameBody, { type: 'accepted' }> {
  return {
    type: 'accepted',
    client_message_id: message.clientMessageId,
    message_id: turn.messageId,
    turn_id: turn.turnId,
  };
}

/** For a new turn, and for one whose first sender stopped half-way. */
async function announce(
  use: ChannelUse,
  { connectionId, ...conversation }: ConversationKey & { readonly connectionId: string },
  turn: Known,
  body: ReturnType<typeof acceptedFrame>,
  reply: (frame: NumberedFrame) => Promise<void>,
): Promise<void> {
  const { creatorId, conversationId } = conversation;
  let announced: Promise<void> | undefined;
  const published = await use.stream.publish(creatorId, conversationId, body, {
    floor: turn.lastSeq,
    joins: connectionId,
    // First, as the answer waits for it. The number is drawn: what the engine appends comes after it on every socket.
    whenNumbered: () => {
      announced = use.turns.announce({ creator_id: creatorId, conversation_id: conversationId, turn_id: turn.turnId });
    },
  });
  const { seq, posted, repeated } = published;
  const queued = await tellPlace(use, conversation, turn);
  await Promise.all([
    announced,
    use.database.changeAtOnce(creatorId, (db) => recordAccepted(db, { creatorId, turnId: turn.turnId, seq })),
    repeated ? reply({ ...body, seq }) : undefined,
    posted,
    queued?.posted,
  ]);
}

/** Resolves when the place has its number; an answer that has begun in between makes it void. */
async function tellPlace(
  use: Pick<ChannelUse, 'stream'>,
  { creatorId, conversationId }: ConversationKey,
  { turnId, queuePosition }: Known,
): Promise<{ readonly posted: Promise<void> } | undefined> {
  if (queuePosition === undefined) return undefined;
  return use.stream.publish(creatorId, conversationId, { type: 'queued', turn_id: turnId, position: queuePosition });
}
