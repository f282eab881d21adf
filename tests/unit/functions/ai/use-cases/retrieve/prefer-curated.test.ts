import { expect, test } from 'vitest';
import { preferCurated, sourcesFor } from '../../../../../../functions/ai/use-cases/retrieve/prefer-curated.ts';
import { widenQuery } from '../../../../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';

const passage = foundPassage({ text: 'A voucher costs 40 euros.', score: 0.9 });
const curated = (title: string) => foundPassage({ title, text: 'It costs 50 euros.', curated: true, score: 0.4 });
const prefer = (question: string, title: string, near?: number) => {
  const pair = curated(title);
  const nearness = new Map(near === undefined ? [] : [[pair.chunkId, near]]);
  return preferCurated([passage, pair], widenQuery(question, []), nearness);
};

test('the very question, in other order and inflection, is settled by its curated answer alone', () => {
  const ranked = prefer('The price of vouchers?', 'What is the price of a voucher?');

  expect(ranked.map((each) => [each.curated, each.settles ?? false])).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(sourcesFor(ranked)).toEqual([ranked[0]]);
});

test('a question that asks more besides is given the curated answer first and the passages after it', () => {
  const ranked = prefer('What is the price of a voucher at the harbour?', 'What is the price of a voucher?');

  expect(ranked.map((each) => each.curated)).toEqual([true, false]);
  expect(sourcesFor(prefer('voucher price, parking, harbour opening?', 'voucher price'))).toHaveLength(2);
});

test('a curated answer that only shares a word keeps its place', () => {
  const ranked = prefer('How long is a voucher valid?', 'What is the price of the summer course in pottery?');

  expect(ranked.map((each) => each.curated)).toEqual([false, true]);
});

test('a vector that lies near enough stands for words that are not shared', () => {
  expect(prefer('How much money is that?', 'What is the price of a voucher?', 0.8)[0]?.curated).toBe(true);
  expect(prefer('How much money is that?', 'What is the price of a voucher?', 0.5)[0]?.curated).toBe(false);
});

test('a message without a word to look up is settled by its own curated answer alone', () => {
  expect(prefer('who are you', 'Who are you?')[0]?.settles).toBe(true);
  expect(prefer('how are you', 'Who are you?').some(({ settles }) => settles)).toBe(false);
});

test('… and not by that of the question before it', () => {
  const asked = 'What is the price of a voucher?';
  const [before, own] = [curated(asked), curated('Who are you?')];
  const query = widenQuery('Who are you?', [{ role: 'visitor', text: asked }]);

  const ranked = preferCurated([passage, before, own], query, new Map());

  expect(sourcesFor(ranked).map(({ title }) => title)).toEqual(['Who are you?']);
});
