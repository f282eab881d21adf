import { describe, expect, test } from 'vitest';
import { splitSentences } from '../../../../shared/language/split-sentences.ts';

describe('a sentence is one, whatever full stops stand in it', () => {
  test.each([
    'Anmelden kann man sich bis zum 15. Juli.',
    'Vom 3. bis 17. August ist zu.',
    'Die Halle liegt im 2. Stock, der Kurs beginnt am 1. Advent.',
    'Der 10. Besuch ist frei.',
    'Frau Dr. Weiß, z. B. am Montag, kostet ca. 20 Euro, d. h. wenig.',
    'Mr. Okafor lives in St. Gallen.',
    'Mme. Dupont, approx. 12 euros.',
  ])('%s', (text) => {
    expect(splitSentences(text)).toEqual([text]);
  });
});

test.each([
  ['We close at 5. Then we rest.', ['We close at 5.', 'Then we rest.']],
  ['Wir schließen um 9. Danach ist Ruhe.', ['Wir schließen um 9.', 'Danach ist Ruhe.']],
  ['It costs 12. June is free.', ['It costs 12.', 'June is free.']],
  ['So ist es. Ja! Wirklich?', ['So ist es.', 'Ja!', 'Wirklich?']],
  ['He said “no.” She left.', ['He said “no.”', 'She left.']],
  ['开门。关门。', ['开门。', '关门。']],
])('sentences are told apart: %s', (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences);
});
