import { type AssistantMessage, type Conversation, isPending, type Message, newAnswer } from './conversation.ts';
import type { StoredMessage } from './protocol.ts';

/** A turn ends within minutes, one way or the other; of one that failed the history tells only the question. */
const SURELY_ENDED_MS = 10 * 60_000;

export interface ReadHistory {
  readonly stored: readonly StoredMessage[];
  /** The number of the latest frame when it was read. */
  readonly lastSeq: number;
}

/**
 * The conversation as REST tells it, each answer behind its question, with those questions kept that are still on
 * their way. While a turn is open its frames are wanted from the beginning (what is applied twice shows once), unless
 * they are known to be gone: `fromStart: false`.
 */
export function fromHistory(
  { stored, lastSeq }: ReadHistory,
  current: Conversation,
  { fromStart, now }: { readonly fromStart: boolean; readonly now: number },
): Conversation {
  const questions = stored.filter(({ role }) => role === 'visitor');
  const answers = new Map(stored.filter(({ role }) => role !== 'visitor').map((each) => [each.turn_id, each]));
  const lastAnswered = questions.findLastIndex(({ turn_id }) => answers.has(turn_id));
  // Turns of a conversation end in their order.
  const isOpen = (question: StoredMessage) =>
    questions.indexOf(question) > lastAnswered && now - Date.parse(question.created_at) < SURELY_ENDED_MS;

  const messages = stored.flatMap((each): Message[] => {
    if (each.role !== 'visitor') {
      const behindQuestion = questions.some(({ turn_id }) => turn_id !== null && turn_id === each.turn_id);
      return behindQuestion ? [] : [toAnswer(each)];
    }
    const answer = answers.get(each.turn_id);
    const turnId = each.turn_id ?? each.id;
    if (answer) return [toQuestion(each), toAnswer(answer)];
    if (isOpen(each)) return [toQuestion(each), { ...newAnswer(turnId), partial: !fromStart }];
    return [toQuestion(each), { ...newAnswer(turnId), state: 'failed', error: 'INTERNAL_ERROR' }];
  });
  const replay = fromStart && questions.some((question) => !answers.has(question.turn_id) && isOpen(question));
  return { messages: [...messages, ...current.messages.filter(isPending)], lastSeq: replay ? 0 : lastSeq };
}

function toQuestion({ id, turn_id, text }: StoredMessage): Message {
  return { role: 'visitor', key: id, turnId: turn_id ?? undefined, text, state: 'stored', error: undefined };
}

function toAnswer({ id, turn_id, text, citations, refused, feedback }: StoredMessage): AssistantMessage {
  const told = { messageId: id, text, citations, refused, state: 'done' as const, rating: feedback ?? undefined };
  return { ...newAnswer(turn_id ?? id), ...told, key: id };
}
