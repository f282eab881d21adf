import { expect, test } from 'vitest';
import { guessLanguage } from '../../../../../../functions/ai/use-cases/text/guess-language.ts';

test.each([
  ['en', 'How much does the course cost?'],
  ['en', 'Is there parking for my car?'],
  ['de', 'Wie viel kostet der Kurs?'],
  ['de', 'Gibt es einen Parkplatz für mich?'],
  ['de', 'Unterrichten Sie auch Klavier und wo?'],
  ['es', '¿Cuánto cuesta el curso?'],
  ['es', 'hay clases para niños los domingos'],
  ['fr', 'Combien coûte le cours pour les enfants ?'],
  ['it', 'Quanto costa il corso e dove si trova?'],
  ['pt', 'Quanto custa o curso para crianças? Não sei onde é.'],
  ['es', 'y en invierno?'],
  ['nl', 'Hoeveel kost de cursus en wanneer is het?'],
])('%s: %s', (language, text) => {
  expect(guessLanguage(text)).toBe(language);
});

test.each(['', '???', 'Ammonite 42', '料金はいくらですか', 'Pizza Margherita', 'no', 'canceling a coruse'])(
  'unclear: %j',
  (text) => {
    expect(guessLanguage(text)).toBeUndefined();
  },
);
