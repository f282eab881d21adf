import { arLauncher } from './ar.ts';
import { deLauncher } from './de.ts';
import { enLauncher } from './en.ts';
import { esLauncher } from './es.ts';
import { type Language, type LauncherTexts, nearest } from './texts.ts';

/** Apart from the panel's, so that the loader holds these few words only. */
export const LAUNCHER_LANGUAGES: Readonly<Record<string, LauncherTexts>> = {
  ar: arLauncher,
  de: deLauncher,
  en: enLauncher,
  es: esLauncher,
};

export const launcherTextsFor = (locale: string): Language<LauncherTexts> =>
  nearest(LAUNCHER_LANGUAGES, enLauncher, locale);
