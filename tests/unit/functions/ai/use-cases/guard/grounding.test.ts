import { describe, expect, test } from 'vitest';
import { citationFilter } from '../../../../../../functions/ai/use-cases/guard/citation-filter.ts';
import { foreignNumbers, restsOnPassages } from '../../../../../../functions/ai/use-cases/guard/grounding.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

const PRICES = foundPassage({
  text: 'The weekend class for adults costs 245 euros. It is held in the old mill, and lunch is included in the price.',
});

describe('an answer', () => {
  test.each([
    'The weekend class costs 245 euros.',
    'It costs 245 euros, and lunch is included.',
    'Yes.',
    'No, sorry.',
    'Der Kurs am Wochenende kostet 245 Euro und das Essen ist dabei, wie es in der Mühle üblich ist.',
  ])('rests on the passage: %s', (answer) => {
    expect(restsOnPassages(answer, [PRICES])).toBe(true);
  });

  test.each([
    'Paris is the capital of France and lies on the river Seine.',
    'The football world cup of 1998 was won by France against Brazil.',
    'Der Kurs am Wochenende kostet 310 Euro und das Essen ist nicht dabei, wie in der Schule üblich.',
  ])('rests on nothing: %s', (answer) => {
    expect(restsOnPassages(answer, [PRICES])).toBe(false);
  });
});

test('numbers are compared without leading zeros and however they are grouped; single digits say too little', () => {
  expect(foreignNumbers('1,250 people from 09 to 17, 3 each [12]', 'about 1 250 people, 17 rooms')).toEqual([]);
  expect(foreignNumbers('It costs 310 euros', 'It costs 245 euros')).toEqual(['310']);
});

test('a statement with a number that its passage does not hold is not cited, whatever words they share', () => {
  const filter = citationFilter([PRICES]);

  const out = pushThrough(filter, 'The weekend class for adults costs 310 euros [1].', 5);

  expect(out).toBe('The weekend class for adults costs 310 euros.');
  expect(filter.cited).toEqual([]);
});

test('a translation keeps the marker that the model gave it, as long as its numbers are the passage’s', () => {
  const right = citationFilter([PRICES]);
  const wrong = citationFilter([PRICES]);

  expect(pushThrough(right, 'Der Kurs am Wochenende kostet 245 Euro und das Essen ist dabei [1].', 5)).toContain('[1]');
  expect(pushThrough(wrong, 'Der Kurs am Wochenende kostet 310 Euro und das Essen ist dabei [1].', 5)).not.toContain(
    '[1]',
  );
});
