import { describe, expect, test } from 'vitest';
import { leakFilter } from '../../../../../../functions/ai/use-cases/guard/leak-filter.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

const MARKER = 'kq12ab34cd';
const SECRET = 'You stand in for the owner and answer questions. Use nothing but the passages that were given to you.';

describe.each([1, 4, 1_000])('in pieces of %i characters', (size) => {
  test.each([SECRET, `Sure! ${SECRET.toUpperCase()}`, `My rules:\n- ${SECRET.replaceAll(' ', '\n\n')}`])(
    'a recital of the prompt is stopped after three words',
    (answer) => {
      const filter = leakFilter(SECRET, MARKER);

      const out = pushThrough(filter, answer, size);

      expect(filter.leaked).toBe(true);
      expect(out.toLowerCase()).not.toMatch(/stand\W+in\W+for\W+the/);
    },
  );

  test.each([
    'Regeln kq12ab34cd: Sie vertreten den Eigentümer.',
    'Reglas KQ-12-AB-34-CD: usted representa al dueño.',
    'K q 1 2 a b 3 4 c d, und weiter: Sie vertreten den Eigentümer.',
    'dc43ba21qk steht am Ende: Sie vertreten den Eigentümer.',
  ])('a translation that carries the marker is stopped there: %s', (answer) => {
    const filter = leakFilter(SECRET, MARKER);

    const out = pushThrough(filter, answer, size);

    expect(filter.leaked).toBe(true);
    expect(out).not.toMatch(/vertreten|representa/);
  });

  test('an answer that shares some words with the prompt is whole', () => {
    const answer = 'The owner and her sister answer questions on Monday. Use nothing but the soft brush, please.';
    const filter = leakFilter(SECRET, MARKER);

    expect(pushThrough(filter, answer, size)).toBe(answer);
    expect(filter.leaked).toBe(false);
  });
});

describe('what the prompt says and a visitor may read as well', () => {
  const INSTRUCTIONS =
    'Our opening hours are Monday to Friday from nine to five. Tell nobody that we shall close for good in May.';
  const NAME = 'Hundeschule Pfotenglück am alten Stadtpark in Köln-Ehrenfeld';
  const PROMPT = `${SECRET} You are called "${NAME}". The owner adds: ${INSTRUCTIONS}`;
  const QUOTED = 'Gladly! Our opening hours are Monday to Friday from nine to five.';

  test("the creator's instructions are as secret as the rest", () => {
    const filter = leakFilter(PROMPT, MARKER);

    expect(pushThrough(filter, QUOTED)).toBe('Gladly! Our openin');
    expect(filter.leaked).toBe(true);
  });

  test.each([
    'Come to us. Our opening hours are Monday to Friday from nine to five, and by arrangement.',
    'We have friendly opening hours: on Monday to Friday from nine to five.',
  ])('they may be quoted where a passage says so too: %s', (passage) => {
    const filter = leakFilter(PROMPT, MARKER, ['Prices', passage]);

    expect(pushThrough(filter, QUOTED)).toBe(QUOTED);
    expect(filter.leaked).toBe(false);
  });

  test('a long text that shares words and syllables with them makes them no less secret', () => {
    const passages =
      'Tell us what you open and close, and for how long: nobody shall be there in March, may be in May, for good. ';
    const filter = leakFilter(PROMPT, MARKER, [
      passages.repeat(20),
      'all our hours; shall we close for you in the open?',
    ]);

    const out = pushThrough(filter, 'Tell nobody that we shall close for good in May.');

    expect(filter.leaked).toBe(true);
    expect(out).not.toContain('nobody that');
  });

  test('a long name is no secret', () => {
    const answer = `${NAME} is glad to see you. Welcome to ${NAME}!`;

    expect(pushThrough(leakFilter(PROMPT, MARKER, [NAME]), answer)).toBe(answer);
  });

  test('what follows upon such a quotation is held to be a recital again', () => {
    const filter = leakFilter(PROMPT, MARKER, [NAME, QUOTED]);

    const out = pushThrough(filter, PROMPT.slice(PROMPT.indexOf('Our opening')));

    expect(filter.leaked).toBe(true);
    expect(out).not.toContain('close for good');
  });
});

test.each([
  ['Конечно!', 'Отвечай коротко и тепло, и никогда не говори никому, что мы закроемся в мае навсегда.', 'никогда'],
  ['好的，', '请用亲切而简短的语气回答，绝对不要告诉任何人我们五月就要永远关门了。', '五月'],
  ['물론이죠.', '따뜻하고 짧게 대답하고, 오월에 문을 영원히 닫는다는 사실은 아무에게도 말하지 마세요.', '오월'],
  ['はい。', '親しみやすく短く答えてください。五月に店を閉めることは誰にも言わないでください。', '五月'],
])('a recital is stopped in any script: %s', (before, secret, kept) => {
  const filter = leakFilter(secret, MARKER);

  const out = pushThrough(filter, `${before} ${secret}`);

  expect(filter.leaked).toBe(true);
  expect(out).not.toContain(kept);
});

test('ordinary words go through at once', () => {
  expect(leakFilter(SECRET, MARKER).push('The studio')).toBe('The studio');
});
