import { expect, test } from 'vitest';
import { type Message, newAnswer } from '../../../../../web/widget/app/conversation.ts';
import { Speech } from '../../../../../web/widget/app/speech.ts';
import { en } from '../../../../../web/widget/texts/en.ts';

const answer = (
  text: string,
  state: 'waiting' | 'streaming' | 'done' | 'cancelled' | 'failed',
  more = {},
): Message => ({
  ...newAnswer('turn'),
  text,
  state,
  ...more,
});
const speak = (...looks: Message[]) => {
  const speech = new Speech();
  return looks.map((look) => speech.next([look], en));
};

test('a running answer is read sentence by sentence, and each of them once', () => {
  const spoken = speak(
    answer('', 'waiting'),
    answer('Feed it da', 'streaming'),
    answer('Feed it daily. Then', 'streaming'),
    answer('Feed it daily. Then wait! And th', 'streaming'),
    answer('Feed it daily. Then wait! And that is it', 'done'),
  );

  expect(spoken).toEqual([[en.thinking], [], ['Feed it daily.'], ['Then wait!'], ['And that is it']]);
});

test.each([
  ['مرحبا؟ نعم', ['مرحبا؟']],
  ['毎日です。そして', ['毎日です。']],
  ['वह है। और', ['वह है।']],
  ['Costs 3.50 euros', []],
])('sentences end in other scripts too: %s', (text, sentences) => {
  expect(speak(answer(text, 'streaming'))[0]).toEqual(sentences);
});

test('what was there before the visitor came is not read', () => {
  expect(speak(answer('Old.', 'done'))).toEqual([[]]);
});

test('signs of Markdown and numbers of sources are not read, the number of sources is', () => {
  const citations = [{ n: 1 }, { n: 2 }];

  const spoken = speak(answer('', 'waiting'), answer('**Daily** [1, 2]. `x`', 'done', { citations }));

  expect(spoken[1]).toEqual(['Daily. x', 'Sources: 2']);
});

test('a failure and a refused question are told once, and again when they happen again', () => {
  const refused = { role: 'visitor' as const, key: 'k', turnId: undefined, text: '?', error: 'RATE_LIMITED' };
  const speech = new Speech();
  const tell = (state: 'refused' | 'pending') => speech.next([{ ...refused, state }], en);

  expect(speak(answer('', 'waiting'), answer('', 'failed'), answer('', 'failed'))).toEqual([
    [en.thinking],
    [en.failed],
    [],
  ]);
  expect([tell('refused'), tell('refused'), tell('pending'), tell('refused')]).toEqual([
    [en.tooMany],
    [],
    [],
    [en.tooMany],
  ]);
});

test('an answer that begins anew is read anew', () => {
  const spoken = speak(answer('One. Tw', 'streaming'), answer('', 'waiting'), answer('Other. ', 'streaming'));

  expect(spoken).toEqual([['One.'], [], ['Other.']]);
});
