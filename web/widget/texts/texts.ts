/** Every text that the panel shows. A language is one file with all of them, and a line in each of the two lists. */
export interface Texts {
  readonly close: string;
  readonly erase: string;
  readonly eraseAsk: string;
  readonly eraseYes: string;
  readonly eraseNo: string;
  readonly placeholder: string;
  readonly send: string;
  readonly stop: string;
  readonly you: string;
  readonly assistant: string;
  readonly conversation: string;
  readonly thinking: string;
  readonly queued: (position: number) => string;
  readonly sources: string;
  readonly source: (n: number) => string;
  readonly page: (page: number) => string;
  readonly openSource: string;
  readonly helpful: string;
  readonly notHelpful: string;
  readonly notRated: string;
  readonly copy: string;
  readonly copied: string;
  readonly retry: string;
  readonly tryAgain: string;
  readonly cancelled: string;
  readonly failed: string;
  readonly tooMany: string;
  readonly spent: string;
  readonly unavailable: string;
  readonly sending: string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly tooLong: (excess: number) => string;
  readonly suggestions: string;
  readonly disclosure: string;
}

/** What the button says before anything is loaded. */
export interface LauncherTexts {
  readonly open: string;
  readonly down: string;
}

export interface Language<T> {
  readonly texts: T;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)$/;

/** The nearest language there is: `de-AT` is answered by `de`, what is unknown by English. */
export function nearest<T>(languages: Readonly<Record<string, T>>, english: T, locale: string): Language<T> {
  const [language = ''] = locale.toLowerCase().split('-');
  const texts = Object.hasOwn(languages, language) ? languages[language] : undefined;
  if (!texts) return { texts: english, language: 'en', direction: 'ltr' };
  return { texts, language, direction: RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr' };
}
