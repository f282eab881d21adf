import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Texts } from '../texts/texts.ts';

interface EraseQuestionProps {
  readonly texts: Texts;
  readonly onErase: () => void;
  readonly onKeep: () => void;
}

/** Erasing cannot be undone: it is asked for twice, and the keyboard stands on what does no harm. */
export function EraseQuestion({ texts, onErase, onKeep }: EraseQuestionProps): VNode {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div
      class="erase"
      role="alertdialog"
      aria-labelledby="erase-ask"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.stopPropagation();
        onKeep();
      }}
    >
      <p id="erase-ask">{texts.eraseAsk}</p>
      <button type="button" class="danger" onClick={onErase}>
        {texts.eraseYes}
      </button>
      <button type="button" class="plain" ref={keep} onClick={onKeep}>
        {texts.eraseNo}
      </button>
    </div>
  );
}
