import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AssistantMessage } from './conversation.ts';

/** Where a sentence ends, in the scripts we have met: Latin, Arabic, CJK, or a line's end. */
const SENTENCE_END = /[.!?؟。！？]["'”’)\]]*(?:\s|$)|\n/g;

/** A live region that reads whole sentences of the newest answer, never single tokens. */
export function Announcer({ answer }: { answer: AssistantMessage | undefined }): VNode {
  const spoken = useRef({ turnId: '', length: 0 });
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    if (!answer) return;
    if (spoken.current.turnId !== answer.turnId || answer.text.length < spoken.current.length) {
      spoken.current = { turnId: answer.turnId, length: 0 };
    }
    const fresh = answer.text.slice(spoken.current.length);
    const ends = [...fresh.matchAll(SENTENCE_END)];
    const last = ends.at(-1);
    const finished = answer.state === 'done' || answer.state === 'cancelled';
    const length = finished ? fresh.length : last ? last.index + last[0].length : 0;
    if (length === 0) return;
    spoken.current.length += length;
    setSentence(fresh.slice(0, length).trim());
  }, [answer]);
  return (
    <div class="hidden" role="status" aria-live="polite">
      {sentence}
    </div>
  );
}
