import { expect, test } from 'vitest';
import { widenQuery } from '../../../../../../functions/ai/use-cases/retrieve/widen-query.ts';

const HISTORY = [
  { role: 'visitor', text: 'What does the weekend class cost?' },
  { role: 'assistant', text: 'It costs 245 euros.' },
] as const;

test('a question that stands by itself is looked up as it is', () => {
  const query = widenQuery('How long does the rye bread have to cool before cutting?', HISTORY);

  expect(query.text).toBe('How long does the rye bread have to cool before cutting?');
});

test.each(['And on Sundays?', 'What about children?', 'Is it vegetarian?', 'Und am Sonntag?', 'How many?'])(
  'a follow-up is looked up with the question before it: %j',
  (question) => {
    const query = widenQuery(question, HISTORY);

    expect(query.text).toBe(`What does the weekend class cost?\n${question}`);
    expect(query.prefixes).toContain('weekend');
  },
);

test('the words of the question weigh more than those of the one before', () => {
  const { weights } = widenQuery('And children?', HISTORY);

  expect([...weights].filter(([stem]) => stem.startsWith('child')).map(([, weight]) => weight)).toEqual([1]);
  expect([...weights].filter(([stem]) => stem.startsWith('weekend')).map(([, weight]) => weight)).toEqual([0.5]);
});

test('what is embedded stays within the context of the embedding model', () => {
  expect(widenQuery('字'.repeat(4_000), []).text.length).toBeLessThanOrEqual(1_500);
});

test('a chain of follow-ups leads back to the question that they all lean on', () => {
  const history = [
    { role: 'visitor', text: 'How much is the weekend class for adults?' },
    { role: 'assistant', text: 'It costs 245 euros.' },
    { role: 'visitor', text: 'And for children?' },
    { role: 'assistant', text: 'They pay half.' },
  ] as const;

  const { text, weights } = widenQuery('And on Sundays?', history);

  const weightOf = (stem: string) => [...weights].find(([each]) => each.startsWith(stem))?.[1];
  expect(text).toBe('How much is the weekend class for adults?\nAnd for children?\nAnd on Sundays?');
  expect(weightOf('child')).toBe(0.5);
  expect(weightOf('weekend')).toBe(0.25);
});
