import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { MAX_MESSAGE_CHARACTERS } from './protocol.ts';
import type { Texts } from './texts/texts.ts';

interface ComposerProps {
  readonly texts: Texts;
  readonly inputRef: { current: HTMLTextAreaElement | null };
  /** Set while an answer is being written: the button then stops it. */
  readonly onStop: (() => void) | undefined;
  readonly onSend: (text: string) => void;
}

/** Enter sends, Shift+Enter breaks the line; a composition (Japanese, Chinese …) is never cut short. */
export function Composer({ texts, inputRef, onStop, onSend }: ComposerProps): VNode {
  const [text, setText] = useState('');
  const excess = text.trim().length - MAX_MESSAGE_CHARACTERS;
  const sendable = text.trim() !== '' && excess <= 0;
  const send = () => {
    if (!sendable) return;
    onSend(text.trim());
    setText('');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={inputRef}
        dir="auto"
        rows={1}
        value={text}
        placeholder={texts.placeholder}
        aria-label={texts.placeholder}
        aria-invalid={excess > 0}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      {onStop ? (
        <button type="button" onClick={onStop} aria-label={texts.stop}>
          <Icon name="stop" />
        </button>
      ) : (
        <button type="submit" disabled={!sendable} aria-label={texts.send}>
          <Icon name="send" />
        </button>
      )}
      {excess > 0 && (
        <p class="trouble" role="status">
          {texts.tooLong(excess)}
        </p>
      )}
    </form>
  );
}
