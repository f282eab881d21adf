import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PublicWidget } from '../mount.ts';
import type { Language, Texts } from '../texts/texts.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { isRunning } from './conversation.ts';
import { EraseQuestion } from './erase-question.tsx';
import { COVERS_PAGE, focusInput, keepInside } from './focus.ts';
import { Log } from './log.tsx';
import { PanelHeader } from './panel-header.tsx';
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
  const eraseButton = useRef<HTMLButtonElement>(null);
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
    eraseButton.current?.focus();
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
      <PanelHeader
        title={widget.name}
        texts={texts}
        onErase={messages.length > 0 ? () => setErasing('asked') : undefined}
        eraseButton={eraseButton}
        onClose={onClose}
      />
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
