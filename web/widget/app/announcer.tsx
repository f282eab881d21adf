import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../texts/texts.ts';
import type { Message } from './conversation.ts';
import { Speech } from './speech.ts';

/** A few of the last stay, for whoever comes upon them while reading the page. */
const KEPT = 4;

interface Spoken {
  readonly key: number;
  readonly text: string;
}

/** A live region to which whole sentences are added; what was said before is not said again. */
export function Announcer({ messages, texts }: { messages: readonly Message[]; texts: Texts }): VNode {
  const speech = useRef<Speech>(undefined);
  const [spoken, setSpoken] = useState<readonly Spoken[]>([]);
  useEffect(() => {
    speech.current ??= new Speech();
    const fresh = speech.current.next(messages, texts);
    if (fresh.length === 0) return;
    setSpoken((before) => {
      const from = (before.at(-1)?.key ?? 0) + 1;
      return [...before, ...fresh.map((text, place) => ({ key: from + place, text }))].slice(
        -Math.max(KEPT, fresh.length),
      );
    });
  }, [messages, texts]);
  return (
    <div class="hidden" aria-live="polite" aria-atomic={false} aria-relevant="additions">
      {spoken.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
