import type { Texts } from '../texts/texts.ts';
import { isRunning, type Message } from './conversation.ts';
import { problemText } from './problems.ts';

/** Where a sentence ends, in the scripts we have met: Latin, Arabic, Indic, CJK, or a line's end. */
const SENTENCE_END = /[.!?؟।][”’"')\]]*(?:\s|$)|[。！？]|\n/g;

/**
 * What a screen reader is told of a conversation as it goes on: whole sentences of a running answer, never single
 * tokens; how it ended; nothing of what was there before.
 */
export class Speech {
  /** How much of each running answer has been said. */
  readonly #said = new Map<string, number>();
  readonly #refusals = new Set<string>();

  /** What is new since the last call. */
  next(messages: readonly Message[], texts: Texts): string[] {
    return messages.flatMap((message) => {
      if (message.role === 'visitor')
        return this.#refusal(message.key, message.state === 'refused', message.error, texts);
      const before = this.#said.get(message.turnId);
      if (before === undefined && !isRunning(message)) return [];
      const running = isRunning(message);
      const from = Math.min(before ?? 0, message.text.length);
      const end = running ? endOfSentences(message.text, from) : message.text.length;
      if (running) this.#said.set(message.turnId, end);
      else this.#said.delete(message.turnId);
      const sentence = plain(message.text.slice(from, end));
      return [
        before === undefined && message.state === 'waiting' ? texts.thinking : '',
        sentence,
        message.state === 'cancelled' ? texts.cancelled : '',
        message.state === 'failed' ? problemText(message.error, texts) : '',
        message.state === 'done' && message.citations.length > 0 ? `${texts.sources}: ${message.citations.length}` : '',
      ].filter((part) => part !== '');
    });
  }

  #refusal(key: string, refused: boolean, code: string | undefined, texts: Texts): string[] {
    if (!refused) {
      this.#refusals.delete(key);
      return [];
    }
    if (this.#refusals.has(key)) return [];
    this.#refusals.add(key);
    return [problemText(code, texts)];
  }
}

function endOfSentences(text: string, from: number): number {
  const last = [...text.slice(from).matchAll(SENTENCE_END)].at(-1);
  return last ? from + last.index + last[0].length : from;
}

/** Without the signs of Markdown and the numbers of sources, which only disturb when read aloud. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[\d{1,2}(?:, ?\d{1,2}){0,5}\]/g, '')
    .replaceAll(/[*_`#|>~]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,;:!?])/g, '$1')
    .trim();
}
