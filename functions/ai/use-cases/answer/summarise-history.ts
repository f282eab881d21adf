import type { HistoryMessage } from '../retrieve/widen-query.ts';
import { cleanText } from '../text/clean-text.ts';
import { countTokens } from '../text/count-tokens.ts';
import { sentencesOf } from '../text/sentences.ts';
import { shorten } from '../text/shorten.ts';

const MAX_SENTENCE_CHARACTERS = 160;

/**
 * What was said before the messages that a prompt holds word by word: of each question and each answer the first
 * sentence, newest kept first when they are too many, and how many are left out. Made without any model, so the same
 * history always gives the same words. Empty for an empty history.
 */
export function summariseHistory(earlier: readonly HistoryMessage[], maxTokens: number): string {
  const lines = earlier.flatMap(({ role, text }) => {
    const sentence = firstSentence(text);
    return sentence === '' ? [] : [`- ${role === 'visitor' ? 'Visitor' : 'You'}: ${sentence}`];
  });
  const kept: string[] = [];
  let left = maxTokens - countTokens(countOf(lines.length));
  for (const line of lines.toReversed()) {
    left -= countTokens(line) + 2;
    if (left < 0) break;
    kept.unshift(line);
  }
  const missing = lines.length - kept.length;
  return [...(missing > 0 ? [countOf(missing)] : []), ...kept].join('\n');
}

function countOf(messages: number): string {
  return `- (${messages} earlier messages)`;
}

function firstSentence(text: string): string {
  const [sentence = ''] = sentencesOf(
    cleanText(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\s*\[\d+\]/g, ''),
  );
  return shorten(sentence, MAX_SENTENCE_CHARACTERS);
}
