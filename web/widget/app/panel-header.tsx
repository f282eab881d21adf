import type { Ref, VNode } from 'preact';
import type { Texts } from '../texts/texts.ts';
import { Icon } from './icons.tsx';

interface PanelHeaderProps {
  readonly title: string;
  readonly texts: Texts;
  /** Absent where there is nothing to erase. */
  readonly onErase: (() => void) | undefined;
  readonly eraseButton: Ref<HTMLButtonElement>;
  readonly onClose: () => void;
}

export function PanelHeader({ title, texts, onErase, eraseButton, onClose }: PanelHeaderProps): VNode {
  return (
    <header>
      <h2 dir="auto">{title}</h2>
      {onErase && (
        <button type="button" ref={eraseButton} aria-label={texts.erase} title={texts.erase} onClick={onErase}>
          <Icon name="restart" />
        </button>
      )}
      <button type="button" aria-label={texts.close} title={texts.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
}
