import type { Citation, NumberedFrame, StoredMessage } from './protocol.ts';

export interface VisitorMessage {
  readonly role: 'visitor';
  readonly key: string;
  readonly text: string;
  /** Not yet known to be stored by the service. */
  readonly pending: boolean;
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
}

export type Message = VisitorMessage | AssistantMessage;

export interface Conversation {
  readonly messages: readonly Message[];
  /** The highest frame number applied; frames at or below it are repeats. */
  readonly lastSeq: number;
}

export const EMPTY: Conversation = { messages: [], lastSeq: 0 };

/** The visitor's words, shown before the service has them. */
export function withQuestion(conversation: Conversation, clientMessageId: string, text: string): Conversation {
  const question: VisitorMessage = { role: 'visitor', key: clientMessageId, text, pending: true };
  return { ...conversation, messages: [...conversation.messages, question] };
}

/** What REST tells of the conversation, with those questions kept that are still on their way. */
export function fromHistory(history: readonly StoredMessage[], lastSeq: number, current: Conversation): Conversation {
  const unsent = current.messages.filter((message) => message.role === 'visitor' && message.pending);
  return { messages: [...history.map(fromStored), ...unsent], lastSeq };
}

function fromStored(stored: StoredMessage): Message {
  if (stored.role === 'visitor') return { role: 'visitor', key: stored.id, text: stored.text, pending: false };
  return {
    ...newAnswer(stored.turn_id),
    key: stored.id,
    messageId: stored.id,
    text: stored.text,
    citations: stored.citations,
    refused: stored.refused,
    state: 'done',
    rating: stored.feedback ?? undefined,
  };
}

/** Applies a numbered frame; a number already seen changes nothing. */
export function withFrame(conversation: Conversation, frame: NumberedFrame): Conversation {
  if (frame.seq <= conversation.lastSeq) return conversation;
  return { messages: apply(conversation.messages, frame), lastSeq: frame.seq };
}

function apply(messages: readonly Message[], frame: NumberedFrame): readonly Message[] {
  switch (frame.type) {
    case 'accepted':
      return [
        ...messages.map((message) =>
          message.role === 'visitor' && message.key === frame.client_message_id
            ? { ...message, pending: false }
            : message,
        ),
        newAnswer(frame.turn_id),
      ];
    case 'queued':
      return changeAnswer(messages, frame.turn_id, { queuePosition: frame.position });
    case 'restarted':
      return changeAnswer(messages, frame.turn_id, { text: '', citations: [], state: 'waiting' });
    case 'delta':
      return changeAnswer(messages, frame.turn_id, (answer) => ({
        text: answer.text + frame.text,
        state: 'streaming',
      }));
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
      return changeAnswer(messages, frame.turn_id, { state: 'failed', error: frame.error.message });
    default:
      return messages; // A frame of a later version of the protocol.
  }
}

export function withRating(conversation: Conversation, turnId: string, rating: 'up' | 'down'): Conversation {
  return { ...conversation, messages: changeAnswer(conversation.messages, turnId, { rating }) };
}

type Change = Partial<AssistantMessage> | ((answer: AssistantMessage) => Partial<AssistantMessage>);

function changeAnswer(messages: readonly Message[], turnId: string, change: Change): readonly Message[] {
  const known = messages.some((message) => message.role === 'assistant' && message.turnId === turnId);
  // After a reset the answer in progress may be unknown: its frames go on.
  const all = known ? messages : [...messages, newAnswer(turnId)];
  return all.map((message) => {
    if (message.role !== 'assistant' || message.turnId !== turnId) return message;
    return { ...message, ...(typeof change === 'function' ? change(message) : change) };
  });
}

function newAnswer(turnId: string): AssistantMessage {
  return {
    role: 'assistant',
    key: turnId,
    turnId,
    messageId: undefined,
    text: '',
    citations: [],
    refused: false,
    state: 'waiting',
    error: undefined,
    queuePosition: undefined,
    rating: undefined,
  };
}
