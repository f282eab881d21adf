import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { PublicWidget } from '../mount.ts';
import { Announcer } from './announcer.tsx';
import { Answer } from './answer.tsx';
import { Composer } from './composer.tsx';
import type { AssistantMessage, Message, VisitorMessage } from './conversation.ts';
import { Icon } from './icons.tsx';
import type { Session, SessionView } from './session.ts';
import type { Texts } from './texts/texts.ts';

interface PanelProps {
  readonly widget: PublicWidget;
  readonly view: SessionView;
  readonly session: Session;
  readonly texts: Texts;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly onClose: () => void;
}

export function Panel({ widget, view, session, texts, language, direction, onClose }: PanelProps): VNode {
  const input = useRef<HTMLTextAreaElement>(null);
  const { messages } = view.conversation;
  const newest = messages.findLast((message) => message.role === 'assistant');
  const running = newest && (newest.state === 'waiting' || newest.state === 'streaming') ? newest : undefined;
  useEffect(() => input.current?.focus(), []);
  return (
    <section
      class="panel"
      role="dialog"
      aria-label={widget.name}
      lang={language}
      dir={direction}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header>
        <h2 dir="auto">{widget.name}</h2>
        <button type="button" aria-label={texts.newConversation} onClick={() => void session.restart()}>
          <Icon name="restart" />
        </button>
        <button type="button" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Log widget={widget} messages={messages} session={session} texts={texts} />
      <Announcer answer={newest} />
      <Status view={view} texts={texts} />
      <Composer
        texts={texts}
        inputRef={input}
        onStop={running && (() => session.cancel(running.turnId))}
        onSend={(text) => session.ask(text)}
      />
      <p class="disclosure">{texts.disclosure}</p>
    </section>
  );
}

interface LogProps {
  readonly widget: PublicWidget;
  readonly messages: readonly Message[];
  readonly session: Session;
  readonly texts: Texts;
}

function Log({ widget, messages, session, texts }: LogProps): VNode {
  const end = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = log;
    // Follows the answer unless the visitor has scrolled back to read.
    if (current && current.scrollHeight - current.scrollTop - current.clientHeight < 160) end.current?.scrollIntoView();
  }, [messages]);
  return (
    <div class="log" ref={log} tabIndex={0} role="log" aria-live="off" aria-label={widget.name}>
      {widget.greeting && (
        <article class="message assistant">
          <p dir="auto">{widget.greeting}</p>
        </article>
      )}
      {messages.length === 0 && widget.suggested_questions.length > 0 && (
        <ul class="suggestions" aria-label={texts.suggestions}>
          {widget.suggested_questions.map((question) => (
            <li>
              <button type="button" dir="auto" onClick={() => session.ask(question)}>
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
      {messages.map((message, index) =>
        message.role === 'visitor' ? (
          <Question key={message.key} message={message} texts={texts} />
        ) : (
          <Answer
            key={message.key}
            answer={message}
            texts={texts}
            onRate={(rating) => void session.rate(message.turnId, message.messageId ?? '', rating)}
            onRetry={retryOf(message, messages[index - 1], session)}
          />
        ),
      )}
      <div ref={end} />
    </div>
  );
}

function retryOf(answer: AssistantMessage, before: Message | undefined, session: Session): (() => void) | undefined {
  if (answer.state !== 'failed' || before?.role !== 'visitor') return undefined;
  return () => session.ask(before.text);
}

function Question({ message, texts }: { message: VisitorMessage; texts: Texts }): VNode {
  return (
    <article class="message visitor" aria-label={texts.you}>
      <p dir="auto">{message.text}</p>
      {message.pending && <p class="aside">{texts.sending}</p>}
    </article>
  );
}

function Status({ view, texts }: { view: SessionView; texts: Texts }): VNode | null {
  if (view.problem) {
    return (
      <p class="status trouble" role="alert">
        {view.problem}
      </p>
    );
  }
  if (view.connection === 'reconnecting') return <p class="status">{texts.reconnecting}</p>;
  if (view.connection === 'connecting') return <p class="status">{texts.connecting}</p>;
  return null;
}
