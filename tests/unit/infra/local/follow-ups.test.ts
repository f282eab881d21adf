import { describe, expect, test } from 'vitest';
import { composeAnswer } from '../../../../infra/local/offline-model/compose-answer.ts';
import { readPrompt } from '../../../../infra/local/offline-model/read-prompt.ts';

const TEXT = [
  'The starter is fed twice a day with equal parts of flour and water.',
  'Feed the starter warm water in winter, because cold dough hardly rises.',
  'After feeding, the starter rests for four hours before it goes into the dough.',
  'A weekend class costs 180 euros.',
].join(' ');

interface Said {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** What the offline model says to the last of these questions, and to each before it. */
function talk(...questions: string[]): string[] {
  const history: Said[] = [];
  for (const question of questions) {
    const content = `<passages>\n<passage n="1" title="Starter">\n${TEXT}\n</passage>\n</passages>\n\nQuestion: ${question}\n\nAnswer.`;
    const answer = composeAnswer(readPrompt([...history, { role: 'user', content }]));
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer });
  }
  return history.filter(({ role }) => role === 'assistant').map(({ content }) => content);
}

const FEEDING = 'How often is the starter fed?';

describe('a follow-up without a word to look up', () => {
  test.each(['What else?', 'Anything else?', 'And what else?', 'Was noch?', '¿Algo más?', 'Tell me more!'])(
    '%s tells other sentences of the subject, and then that there are no more',
    (more) => {
      const [first = '', second = '', third = ''] = talk(FEEDING, more, more);

      expect(first).toContain('twice a day');
      expect(second).toMatch(/warm water in winter|rests for four hours/);
      for (const sentence of first.split(/ \[\d\] ?/).filter(Boolean)) expect(second).not.toContain(sentence);
      expect(second).not.toContain('180 euros');
      expect(third).toMatch(/^(?:That is all there is about it|Das ist alles|Eso es todo)\.$/);
    },
  );

  test.each(['Why?', 'But why?', 'Warum?', '¿Por qué?', 'How come?'])('%s looks for a reason', (why) => {
    expect(talk('Is the starter fed with warm water in winter?', why).at(-1)).toContain(
      'because cold dough hardly rises',
    );
  });

  test('a why without a reason in the sources says so', () => {
    expect(talk('What does a weekend class cost?', 'Why?').at(-1)).toBe('The sources do not say why.');
    expect(talk('What does a weekend class cost?', 'Warum?').at(-1)).toBe('Warum, steht hier nicht.');
  });

  test.each(['And then?', 'Und dann?', '¿Y luego?', 'What next?'])('%s goes on behind what was told', (next) => {
    const [first = '', second = ''] = talk(FEEDING, next);

    expect(first).toContain('twice a day');
    expect(second).toMatch(/warm water in winter|rests for four hours/);
    for (const sentence of first.split(/ \[\d\] ?/).filter(Boolean)) expect(second).not.toContain(sentence);
  });

  test.each([
    ['Really?', 'So it says:'],
    ['Are you sure?', 'So it says:'],
    ['Wirklich?', 'So steht es hier:'],
    ['¿De verdad?', 'Así es:'],
  ])('%s is answered by the sentence itself', (really, begins) => {
    expect(talk(FEEDING, really).at(-1)).toMatch(new RegExp(`^${begins} The starter is fed twice a day .* \\[1\\]$`));
  });

  test.each(['What else?', 'Why?', 'Really?'])('%s with nothing before it is no follow-up', (question) => {
    expect(talk(question)).toEqual(['NOT_IN_SOURCES']);
  });

  test('a question with a word of its own is none', () => {
    expect(talk(FEEDING, 'Why does the weekend class cost so much?').at(-1)).toContain('180 euros');
  });

  test.each(['What else?', 'Why?', 'Really?'])('after a refusal, %s is refused as well', (question) => {
    expect(talk('Who painted the Mona Lisa?', question)).toEqual(['NOT_IN_SOURCES', 'NOT_IN_SOURCES']);
  });
});
