import { describe, expect, test } from 'vitest';
import { refusalText } from '../../../../functions/ai/use-cases/answer/refusal-text.ts';
import { smallTalkIn } from '../../../../shared/language/small-talk.ts';

describe('small talk', () => {
  test.each([
    ['greeting', 'Hi, how are you?'],
    ['greeting', 'Hallo, ich habe eine Frage'],
    ['greeting', '¡Buenos días!'],
    ['greeting', '👍'],
    ['greeting', 'ok'],
    ['greeting', 'hi hi hi hi'],
    ['greeting', 'ok, hello'],
    ['greeting', 'this is a test'],
    ['greeting', 'ok, hallo, ich habe eine Frage'],
    ['thanks', 'great, thanks for your help'],
    ['thanks', 'thanks, that was great'],
    ['thanks', 'Thanks a lot for your help!'],
    ['thanks', 'thanks, that helped'],
    ['thanks', 'ok, vielen Dank'],
    ['thanks', 'muchas gracias por todo'],
    ['farewell', 'Good bye'],
    ['farewell', 'Tschüss!'],
    ['about', 'Who are you?'],
    ['about', 'hello, are you a robot?'],
    ['about', 'What can I ask you?'],
    ['about', 'Was kannst du?'],
    ['about', '¿Quién eres?'],
    ['about', 'help'],
    ['about', 'Are you a robot or a human?'],
  ])('%s: %s', (kind, message) => {
    expect(smallTalkIn(message)?.kind).toBe(kind);
  });

  test.each([
    'Hello, what does the course cost?',
    'Thanks, and on Sundays?',
    'Who are your teachers?',
    'Do you teach robots?',
    'Can you help me with my starter?',
    'Was kannst du über Brot sagen?',
    'price',
    'Is there a thank you card?',
    'When do you say goodbye to the old starter?',
    'Is there a test?',
    'Is the test today?',
    'Hello, is there a test?',
    'Thanks, is there a test?',
    'Is it ok for my friend?',
    'Tengo un vale para el día',
    'Are you human or can I book a class?',
  ])('is not what asks for something: %s', (message) => {
    expect(smallTalkIn(message)).toBeUndefined();
  });
});

test('is answered in the language it was said in, and only a question about the assistant is told what it knows', () => {
  const about = { locale: 'en', titles: ['Prices'] };

  expect(refusalText('thanks', { ...about, question: 'Vielen Dank!' })).toMatch(/^Gern geschehen/);
  expect(refusalText('greeting', { ...about, question: 'hola' })).toMatch(/^¡Hola!/);
  expect(refusalText('greeting', { ...about, locale: 'de', question: '👍' })).toMatch(/^Hallo!/);
  expect(refusalText('farewell', { ...about, question: 'bye' })).not.toContain('Prices');
  expect(refusalText('about', { ...about, question: 'Are you a robot?' })).toMatch(/not a person.*“Prices”/);
});
