import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LAUNCHER_LANGUAGES, launcherTextsFor } from '../../../../../web/widget/texts/launcher-texts.ts';
import { LANGUAGES, textsFor } from '../../../../../web/widget/texts/panel-texts.ts';

const FOLDER = new URL('../../../../../web/widget/texts/', import.meta.url);
const FILES = readdirSync(FOLDER)
  .filter((name) => /^[a-z]{2,3}\.ts$/.test(name))
  .map((name) => name.slice(0, -3));
const english = LANGUAGES.en ?? expect.fail();
/** A text as a visitor reads it; those that count are given numbers. */
const read = (text: unknown) => (typeof text === 'function' ? String(text(2)) : String(text));

test('every language that has a file is offered, by the panel and by the button', () => {
  expect(FILES.length).toBeGreaterThanOrEqual(4);
  expect(Object.keys(LANGUAGES).sort()).toEqual(FILES.sort());
  expect(Object.keys(LAUNCHER_LANGUAGES).sort()).toEqual(FILES.sort());
});

describe.each(Object.entries(LANGUAGES))('%s', (language, texts) => {
  test('has every text, and none empty or left in English', () => {
    const keys = Object.keys(english) as (keyof typeof english)[];
    const same = keys.filter((key) => language !== 'en' && read(texts[key]) === read(english[key]));

    expect(Object.keys(texts).sort()).toEqual(keys.sort());
    expect(keys.filter((key) => read(texts[key]).trim() === '')).toEqual([]);
    expect(same).toEqual([]);
  });

  test('says the number where English does', () => {
    const silent = Object.entries(texts).filter(([, text]) => typeof text === 'function' && !read(text).includes('2'));

    expect(silent).toEqual([]);
  });
});

test.each([
  ['de-AT', 'de', 'ltr'],
  ['AR', 'ar', 'rtl'],
  ['ar-EG', 'ar', 'rtl'],
  ['pt-BR', 'en', 'ltr'],
  ['', 'en', 'ltr'],
  ['constructor', 'en', 'ltr'],
])('the locale %s is answered in %s, %s', (locale, language, direction) => {
  expect(textsFor(locale)).toMatchObject({ language, direction });
  expect(launcherTextsFor(locale)).toMatchObject({ language, direction });
});
