import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { groupUnanswered } from '../../../../../functions/hub/use-cases/group-unanswered.ts';

const asked = (texts: readonly string[], visitor?: string) =>
  texts.map((text) => ({ text, visitor_id: visitor ?? randomUUID(), day: '2026-11-02' }));
const told = (texts: readonly string[], visitor?: string) => JSON.stringify(groupUnanswered(asked(texts, visitor)));

test('questions about the same thing are one topic, told by the words that several visitors used', () => {
  const topics = groupUnanswered(
    asked([
      'Is there parking on Saturday?',
      'Where can I find parking, Saturday?',
      'Saturday parking for Maria Keller?',
    ]),
  );

  expect(topics).toEqual([{ words: ['parking', 'saturday'], questions: 3, last_asked_on: '2026-11-02' }]);
});

test('what fewer than three visitors asked is not told, however often one of them did', () => {
  expect(told(['Is parking free?', 'Is parking free?'])).toBe('[]');
  expect(told(Array(50).fill('Does Doctor Okonkwo treat my knee?'), randomUUID())).toBe('[]');
});

test('names, addresses and numbers are never told, addresses and numbers even when everybody writes them', () => {
  const texts = ['Anna', 'Boris', 'Chiara'].map(
    (name, n) =>
      `I am ${name} Smith${n}, mail me at ${name}@example.org or team@example.org, call 0171 2345678, parking?`,
  );

  const text = groupUnanswered(asked(texts))
    .flatMap(({ words }) => words)
    .join(' ');

  expect(text).toContain('parking');
  expect(text).not.toMatch(/anna|boris|chiara|smith|example|team|\d/);
});

test('two thousand of the longest questions cost little more than reading them', () => {
  const rows = asked(Array.from({ length: 2_000 }, (_, n) => `${'a'.repeat(3_990)}${n}`));
  const before = process.cpuUsage();

  groupUnanswered(rows);

  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
});

test('two thousand of the longest questions are read before anybody stops waiting', () => {
  const rows = asked(Array.from({ length: 2_000 }, (_, n) => `${'a'.repeat(3_990)}${n}`));

  expect(groupUnanswered(rows)).toEqual([]);
});

test.each(['', '?!', '𝕏'.repeat(500), 'a'.repeat(4_000), '\u0000\u202e', '停车场在哪里'])(
  'takes whatever is asked: %#',
  (text) => {
    expect(() => groupUnanswered(asked([text, text, text, text]))).not.toThrow();
  },
);
