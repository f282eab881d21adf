import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PublicWidget } from '../mount.ts';
import type { Language, Texts } from '../texts/texts.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { isRunning } from './conversation.ts';
import { EraseQuestion } from './erase-question.tsx';
import { COVERS_PAGE, focusInput, keepInside } from './focus.ts';
import { Icon } from './icons.tsx';
import { Log } from './log.tsx';
import type { Session, SessionView } from './session.ts';
import { Status } from './status.tsx';
import { followVisibleArea } from './visible-area.ts';

interface PanelProps extends Language<Texts> {
  readonly widget: PublicWidget;
  readonly view: SessionView;
  readonly session: Session;
  /** A closed panel keeps what was typed and where one was reading. */
  readonly shown: boolean;
  readonly onClose: () => void;
}

export function Panel({ widget, view, session, shown, texts, language, direction, onClose }: PanelProps): VNode {
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const restartButton = useRef<HTMLButtonElement>(null);
  const [erasing, setErasing] = useState<'no' | 'asked' | 'failed'>('no');
  const { messages } = view.conversation;
  const running = messages.find(isRunning)?.turnId;
  const focus = () => focusInput(input.current, panel.current?.querySelector<HTMLElement>('.log') ?? null);
  useEffect(() => {
    if (!shown || !panel.current) return undefined;
    focus();
    return followVisibleArea(panel.current);
  }, [shown]);
  const erase = async () => {
    setErasing('no');
    focus();
    if (!(await session.restart())) setErasing('failed');
  };
  const keep = () => {
    setErasing('no');
    restartButton.current?.focus();
  };
  return (
    <section
      class="panel"
      ref={panel}
      role="dialog"
      aria-modal={shown && matchMedia(COVERS_PAGE).matches}
      aria-label={widget.name}
      lang={language}
      dir={direction}
      hidden={!shown}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) onClose();
        else if (panel.current) keepInside(panel.current, event);
      }}
    >
      <header>
        <h2 dir="auto">{widget.name}</h2>
        {messages.length > 0 && (
          <button
            type="button"
            ref={restartButton}
            aria-label={texts.erase}
            title={texts.erase}
            onClick={() => setErasing('asked')}
          >
            <Icon name="restart" />
          </button>
        )}
        <button type="button" aria-label={texts.close} title={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Log widget={widget} messages={messages} session={session} texts={texts} onAsked={focus} />
      <Announcer messages={messages} texts={texts} />
      <Status view={view} texts={texts} failed={erasing === 'failed'} onTryAgain={() => session.attend(true)} />
      {erasing === 'asked' && <EraseQuestion texts={texts} onErase={() => void erase()} onKeep={keep} />}
      <Composer
        texts={texts}
        inputRef={input}
        onStop={running ? () => session.cancel(running) : undefined}
        onSend={(text) => session.ask(text)}
      />
      <p class="disclosure below">{texts.disclosure}</p>
    </section>
  );
}
