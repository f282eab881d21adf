import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';

/** Every text the widget shows. A language is one file with all of them. */
export interface Texts {
  readonly close: string;
  readonly newConversation: string;
  readonly placeholder: string;
  readonly send: string;
  readonly stop: string;
  readonly you: string;
  readonly assistant: string;
  readonly thinking: string;
  readonly queued: (position: number) => string;
  readonly sources: string;
  readonly page: (page: number) => string;
  readonly openSource: string;
  readonly helpful: string;
  readonly notHelpful: string;
  readonly copy: string;
  readonly copied: string;
  readonly retry: string;
  readonly cancelled: string;
  readonly failed: string;
  readonly sending: string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly tooLong: (excess: number) => string;
  readonly suggestions: string;
  readonly disclosure: string;
}

const LANGUAGES: Readonly<Record<string, Texts>> = { ar, de, en, es };
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

/** The texts of the nearest language there is: `de-AT` is answered by `de`, what is unknown by English. */
export function textsFor(locale: string): { texts: Texts; language: string; direction: 'ltr' | 'rtl' } {
  const language = locale.toLowerCase().split('-')[0] ?? 'en';
  const texts = LANGUAGES[language];
  if (!texts) return { texts: en, language: 'en', direction: 'ltr' };
  return { texts, language, direction: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr' };
}
