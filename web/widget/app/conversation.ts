import type { Citation, NumberedFrame } from './protocol.ts';

export interface VisitorMessage {
  readonly role: 'visitor';
  /** The id that this page gave it, or, when it was read from the history, the service's. */
  readonly key: string;
  readonly turnId: string | undefined;
  readonly text: string;
  /** `pending` until the service is known to have stored it. */
  readonly state: 'pending' | 'stored' | 'refused';
  /** The code of the error that refused it. */
  readonly error: string | undefined;
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly key: string;
  readonly turnId: string;
  readonly messageId: string | undefined;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly refused: boolean;
  readonly state: 'waiting' | 'streaming' | 'done' | 'cancelled' | 'failed';
  readonly error: string | undefined;
  readonly queuePosition: number | undefined;
  readonly rating: 'up' | 'down' | undefined;
  /** Its beginning was missed: what comes is shown when it is whole. */
  readonly partial: boolean;
}

export type Message = VisitorMessage | AssistantMessage;

export interface Conversation {
  readonly messages: readonly Message[];
  /** The highest frame number applied; frames at or below it are repeats. */
  readonly lastSeq: number;
}

type Accepted = Extract<NumberedFrame, { type: 'accepted' }>;
type Change = Partial<AssistantMessage> | ((answer: AssistantMessage) => Partial<AssistantMessage>);

export const EMPTY: Conversation = { messages: [], lastSeq: 0 };

export const isRunning = (message: Message): boolean =>
  message.role === 'assistant' && (message.state === 'waiting' || message.state === 'streaming');

export const isPending = (message: Message): message is VisitorMessage =>
  message.role === 'visitor' && message.state === 'pending';

/** The visitor's words, shown before the service has them; asked again, they stand where they stood. */
export function withQuestion(conversation: Conversation, key: string, text: string): Conversation {
  const question: VisitorMessage = {
    role: 'visitor',
    key,
    turnId: undefined,
    text,
    state: 'pending',
    error: undefined,
  };
  const known = conversation.messages.some((message) => message.key === key);
  if (!known) return { ...conversation, messages: [...conversation.messages, question] };
  return changeQuestion(conversation, key, question);
}

/** The service did not take the question; a question it has taken stays taken. */
export function withRefusal(conversation: Conversation, key: string, code: string): Conversation {
  const pending = conversation.messages.some((message) => message.key === key && isPending(message));
  return pending ? changeQuestion(conversation, key, { state: 'refused', error: code }) : conversation;
}

function changeQuestion(conversation: Conversation, key: string, change: Partial<VisitorMessage>): Conversation {
  const messages = conversation.messages.map((message) =>
    message.role === 'visitor' && message.key === key ? { ...message, ...change } : message,
  );
  return { ...conversation, messages };
}

/** Whether an `accepted` speaks of a question that this page knows; another tab may have asked it. */
export function knowsQuestion({ messages }: Conversation, frame: Accepted): boolean {
  return messages.some(
    (message) => message.role === 'visitor' && [frame.client_message_id, frame.message_id].includes(message.key),
  );
}

/**
 * Applies a numbered frame; a number already seen changes nothing. Only `accepted` still says of a question sent once
 * more that it has been stored: it comes again with its old number.
 */
export function withFrame(conversation: Conversation, frame: NumberedFrame): Conversation {
  const { messages, lastSeq } = conversation;
  if (frame.seq > lastSeq) return { messages: apply(messages, frame), lastSeq: frame.seq };
  return frame.type === 'accepted' ? { messages: settle(messages, frame), lastSeq } : conversation;
}

function apply(messages: readonly Message[], frame: NumberedFrame): readonly Message[] {
  switch (frame.type) {
    case 'accepted':
      return changeAnswer(settle(messages, frame), frame.turn_id, {}, false);
    case 'queued':
      return changeAnswer(messages, frame.turn_id, { queuePosition: frame.position });
    case 'restarted':
      return changeAnswer(messages, frame.turn_id, { text: '', citations: [], state: 'waiting', partial: false });
    case 'delta':
      return changeAnswer(messages, frame.turn_id, (answer) =>
        answer.partial || !isRunning(answer) ? {} : { text: answer.text + frame.text, state: 'streaming' },
      );
    case 'citations':
      return changeAnswer(messages, frame.turn_id, { citations: frame.citations });
    case 'completed':
      return changeAnswer(messages, frame.turn_id, {
        text: frame.text,
        messageId: frame.message_id,
        refused: frame.refused,
        state: frame.finish_reason === 'cancelled' ? 'cancelled' : 'done',
      });
    case 'failed':
      return changeAnswer(messages, frame.turn_id, { state: 'failed', error: frame.error.code });
    default:
      return messages; // A frame of a later version of the protocol.
  }
}

/** The question is stored. Where the history has told of it already, the copy that was still waiting goes. */
function settle(messages: readonly Message[], frame: Accepted): readonly Message[] {
  const told = messages.some((message) => message.key === frame.message_id);
  return messages.flatMap((message) => {
    if (message.role !== 'visitor' || message.key !== frame.client_message_id) return [message];
    return told ? [] : [{ ...message, state: 'stored' as const, turnId: frame.turn_id, error: undefined }];
  });
}

export function withRating(
  conversation: Conversation,
  turnId: string,
  rating: AssistantMessage['rating'],
): Conversation {
  return { ...conversation, messages: changeAnswer(conversation.messages, turnId, { rating }) };
}

/** An answer not heard of before is put behind its question; unless it begins here, it is heard from its middle on. */
function changeAnswer(
  messages: readonly Message[],
  turnId: string,
  change: Change,
  partial = true,
): readonly Message[] {
  const known = messages.some((message) => message.role === 'assistant' && message.turnId === turnId);
  const all = known ? messages : withAnswer(messages, { ...newAnswer(turnId), partial });
  return all.map((message) => {
    if (message.role !== 'assistant' || message.turnId !== turnId) return message;
    return { ...message, ...(typeof change === 'function' ? change(message) : change) };
  });
}

function withAnswer(messages: readonly Message[], answer: AssistantMessage): readonly Message[] {
  const question = messages.findIndex((message) => message.role === 'visitor' && message.turnId === answer.turnId);
  const at = question === -1 ? messages.length : question + 1;
  return messages.toSpliced(at, 0, answer);
}

export function newAnswer(turnId: string): AssistantMessage {
  return {
    role: 'assistant',
    key: `answer:${turnId}`,
    turnId,
    messageId: undefined,
    text: '',
    citations: [],
    refused: false,
    state: 'waiting',
    error: undefined,
    queuePosition: undefined,
    rating: undefined,
    partial: false,
  };
}
