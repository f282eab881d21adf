import { describe, expect, test } from 'vitest';
import { refusalText } from '../../../../../../functions/ai/use-cases/answer/refusal-text.ts';

const asked = (question: string, locale?: string, titles: readonly string[] = []) =>
  refusalText('not_covered', { question, locale, titles });

describe('a refusal', () => {
  test.each([
    ['Do you teach the violin in the evening?', 'de', /^I am sorry/],
    ['Unterrichten Sie auch die Geige am Abend?', 'en', /^Dazu finde ich/],
    ['¿Hay clases de violín por la tarde?', 'en', /^Lo siento/],
    ['Violin?', 'fr-CH', /^Je suis désolé/],
    ['Violin?', undefined, /^I am sorry/],
    ['バイオリンは？', 'ja', /^I am sorry/],
  ])('of %j on a page in %s speaks the visitor’s language', (question, locale, begins) => {
    expect(asked(question, locale)).toMatch(begins);
  });

  test('offers what the sources cover, each title once and three at most', () => {
    const titles = ['Prices', 'Prices', 'house-rules.md', 'Directions', 'Fourth'];

    expect(asked('Who is the president of France?', 'en', titles)).toMatch(
      /I can help with what is in “Prices”, “house-rules” and “Directions”\.$/,
    );
    expect(asked('Wer ist der Präsident von Frankreich?', 'en', ['Preise', 'Regeln'])).toMatch(
      /was hier steht: „Preise“ und „Regeln“\.$/,
    );
  });

  test('shows no link, markup or novel that somebody put into a title', () => {
    const titles = ['Visit http://evil.example/x now', '![x](//evil.example)', 'evil.example/pay', 'A'.repeat(500)];

    const text = asked('Who is the president of France?', 'en', titles);

    expect(text).not.toContain('evil');
    expect(text.length).toBeLessThan(250);
  });

  test('of a greeting greets back and offers no list', () => {
    expect(refusalText('greeting', { question: 'Hello!', locale: 'es', titles: ['Prices'] })).toBe(
      '¡Hola! Pregúnteme lo que quiera sobre este material y le responderé a partir de él.',
    );
  });
});
