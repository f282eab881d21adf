import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../texts/texts.ts';
import { Icon } from './icons.tsx';
import { MAX_MESSAGE_CHARACTERS } from './protocol.ts';

interface ComposerProps {
  readonly texts: Texts;
  readonly inputRef: { current: HTMLTextAreaElement | null };
  /** Set while an answer is being written. The next question may be sent meanwhile: it waits its turn. */
  readonly onStop: (() => void) | undefined;
  readonly onSend: (text: string) => void;
}

/** As the service counts: an emoji is one character, however many units of memory it takes. */
const lengthOf = (text: string) => [...text].length;

/** Enter sends, Shift+Enter breaks the line; a composition (Japanese, Chinese …) is never cut short. */
export function Composer({ texts, inputRef, onStop, onSend }: ComposerProps): VNode {
  const [text, setText] = useState('');
  const question = text.trim();
  const excess = lengthOf(question) - MAX_MESSAGE_CHARACTERS;
  const send = () => {
    if (question === '' || excess > 0) return;
    onSend(question);
    setText('');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
        inputRef.current?.focus();
      }}
    >
      <textarea
        ref={inputRef}
        // An empty input would begin on the left, whatever the language of the widget.
        dir={text ? 'auto' : undefined}
        rows={1}
        value={text}
        placeholder={texts.placeholder}
        aria-label={texts.placeholder}
        aria-invalid={excess > 0}
        aria-describedby={excess > 0 ? 'excess' : undefined}
        enterkeyhint="send"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <StopButton texts={texts} inputRef={inputRef} onStop={onStop} />
      <button type="submit" class="round" aria-disabled={question === '' || excess > 0} aria-label={texts.send}>
        <Icon name="send" />
      </button>
      {excess > 0 && (
        <p class="trouble" id="excess">
          {texts.tooLong(excess)}
        </p>
      )}
    </form>
  );
}

/** Goes when the answer ends; whoever had just pressed it finds the keyboard in the input. */
function StopButton({ texts, inputRef, onStop }: Omit<ComposerProps, 'onSend'>): VNode | null {
  const button = useRef<HTMLButtonElement>(null);
  const held = useRef(false);
  const root = button.current?.getRootNode();
  held.current = root instanceof ShadowRoot && root.activeElement === button.current;
  useLayoutEffect(() => {
    if (!onStop && held.current) inputRef.current?.focus();
  }, [onStop, inputRef]);
  if (!onStop) return null;
  return (
    <button ref={button} type="button" class="round quiet" onClick={onStop} aria-label={texts.stop} title={texts.stop}>
      <Icon name="stop" />
    </button>
  );
}
