import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PublicWidget } from '../mount.ts';
import type { Texts } from '../texts/texts.ts';
import { Answer } from './answer.tsx';
import type { AssistantMessage, Message } from './conversation.ts';
import { Question } from './question.tsx';
import type { Session } from './session.ts';

interface LogProps {
  readonly widget: PublicWidget;
  readonly messages: readonly Message[];
  readonly session: Session;
  readonly texts: Texts;
  /** The button that was pressed is gone: the keyboard needs another place. */
  readonly onAsked: () => void;
}

export function Log({ widget, messages, session, texts, onAsked }: LogProps): VNode {
  const log = useFollowing(messages);
  const ask = (text: string) => {
    session.ask(text);
    onAsked();
  };
  return (
    <div class="log" ref={log} tabIndex={0} role="log" aria-live="off" aria-label={texts.conversation}>
      <p class="disclosure above">{texts.disclosure}</p>
      {widget.greeting && (
        <article class="message assistant" aria-label={texts.assistant}>
          <p class="greeting" dir="auto">
            {widget.greeting}
          </p>
        </article>
      )}
      {messages.length === 0 && widget.suggested_questions.length > 0 && (
        <ul class="suggestions" aria-label={texts.suggestions}>
          {widget.suggested_questions.map((question) => (
            <li>
              <button type="button" dir="auto" onClick={() => ask(question)}>
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
      {messages.map((message, place) =>
        message.role === 'visitor' ? (
          <Question
            key={message.key}
            question={message}
            texts={texts}
            onRetry={() => {
              session.askAgain(message);
              onAsked();
            }}
          />
        ) : (
          <Answer
            key={message.key}
            answer={message}
            texts={texts}
            onRate={(rating) => void session.rate(message, rating)}
            onRetry={retryOf(message, messages[place - 1], ask)}
          />
        ),
      )}
    </div>
  );
}

/** A failed answer may be asked for again, as a new question. */
function retryOf(
  answer: AssistantMessage,
  before: Message | undefined,
  ask: (text: string) => void,
): (() => void) | undefined {
  if (answer.state !== 'failed' || before?.role !== 'visitor') return undefined;
  return () => ask(before.text);
}

/** How far from its end a log still counts as read to the end. */
const NEAR_END = 48;
const MARGIN = 12;

/**
 * Follows what is said until the newest question reaches the top: a long answer is then read from its beginning. A
 * visitor who has scrolled elsewhere is left in peace, until the next question.
 */
function useFollowing(messages: readonly Message[]) {
  const log = useRef<HTMLDivElement>(null);
  const placed = useRef({ top: 0, questions: 0 });
  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const asked = element.querySelectorAll<HTMLElement>('[data-question]');
    const moved = Math.abs(element.scrollTop - placed.current.top) > 2;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    if (moved && !atEnd && asked.length === placed.current.questions) return;
    const newest = asked[asked.length - 1];
    const end = element.scrollHeight - element.clientHeight;
    const top = newest ? newest.offsetTop - MARGIN : end;
    element.scrollTop = Math.max(Math.min(end, top), 0);
    placed.current = { top: element.scrollTop, questions: asked.length };
  }, [messages]);
  return log;
}
