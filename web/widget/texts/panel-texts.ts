import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { type Language, nearest, type Texts } from './texts.ts';

export const LANGUAGES: Readonly<Record<string, Texts>> = { ar, de, en, es };

export const textsFor = (locale: string): Language<Texts> => nearest(LANGUAGES, en, locale);
