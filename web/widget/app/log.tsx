import type { VNode } from 'preact';
import type { PublicWidget } from '../mount.ts';
import type { Texts } from '../texts/texts.ts';
import { Answer } from './answer.tsx';
import type { AssistantMessage, Message } from './conversation.ts';
import { Question } from './question.tsx';
import type { Session } from './session.ts';
import { useFollowing } from './use-following.ts';

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
            onRate={(rating) => session.rate(message, rating)}
            onRetry={retryOf(message, messages[place - 1], ask)}
          />
        ),
      )}
    </div>
  );
}

/** An answer that failed or was stopped may be asked for again, as a new question. */
function retryOf(
  answer: AssistantMessage,
  before: Message | undefined,
  ask: (text: string) => void,
): (() => void) | undefined {
  const ended = answer.state === 'failed' || answer.state === 'cancelled';
  if (!ended || before?.role !== 'visitor') return undefined;
  return () => ask(before.text);
}
