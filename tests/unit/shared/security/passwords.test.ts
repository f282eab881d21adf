import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { type BcryptWorkers, openBcryptWorkers } from '../../../../shared/security/bcrypt-workers.ts';
import { NewPassword, openPasswords } from '../../../../shared/security/passwords.ts';

const threads = openBcryptWorkers({ size: 2 });
afterAll(() => threads.close());

const pepper = randomBytes(32).toString('base64');
const passwords = openPasswords({ pepper, workers: threads });

/** Counts instead of hashing, so that what is asked of bcrypt can be seen. */
function countingWorkers(): { workers: BcryptWorkers; asked: string[] } {
  const asked: string[] = [];
  const workers: BcryptWorkers = {
    hash: async (text, cost) => {
      asked.push(`hash at ${cost} of ${text.length}`);
      return 'hashed';
    },
    compare: async (text, hash) => {
      asked.push(`compare with ${hash.slice(0, 7)} of ${text.length}`);
      return hash.startsWith('$2b$12$');
    },
    close: async () => {},
  };
  return { workers, asked };
}

describe('passwords', () => {
  it.each([71, 72, 73, 128])('of %i characters that differ in the last one only are told apart', async (length) => {
    const stored = await passwords.hash(`${'a'.repeat(length - 1)}b`);

    expect(await passwords.matches(`${'a'.repeat(length - 1)}b`, stored)).toBe(true);
    expect(await passwords.matches(`${'a'.repeat(length - 1)}c`, stored)).toBe(false);
  });

  it('are the same composed and decomposed', async () => {
    const stored = await passwords.hash('Übergrößenträger'.normalize('NFC'));

    expect(await passwords.matches('Übergrößenträger'.normalize('NFD'), stored)).toBe(true);
  });

  it('are not cut at NUL', async () => {
    const stored = await passwords.hash('before\0after-the-nul');

    expect(await passwords.matches('before\0another-ending', stored)).toBe(false);
  });

  it('do not match under another pepper', async () => {
    const stored = await passwords.hash('a long enough password');
    const others = openPasswords({ pepper: randomBytes(32).toString('base64'), workers: threads });

    expect(await others.matches('a long enough password', stored)).toBe(false);
  });

  it('cost exactly one bcrypt of 12 on every way', async () => {
    const { workers, asked } = countingWorkers();
    const counted = openPasswords({ pepper, workers });

    await counted.hash('x'.repeat(128));
    const unknown = await counted.matches('x', undefined);
    const known = await counted.matches('x'.repeat(500), { hash: '$2b$12$rest', pepperVersion: 1 });
    const older = await counted.matches('x', { hash: '$2b$12$rest', pepperVersion: 0 });

    expect([unknown, known, older]).toEqual([false, true, false]);
    expect(asked).toEqual(['hash at 12 of 64', ...Array(3).fill('compare with $2b$12$ of 64')]);
  });
});

describe('a new password', () => {
  it.each([
    ['eleven characters', 'a'.repeat(11), false],
    ['twelve characters', 'a'.repeat(12), true],
    ['128 characters', 'a'.repeat(128), true],
    ['129 characters', 'a'.repeat(129), false],
    ['twelve emoji', '🦉'.repeat(12), true],
    ['eleven emoji', '🦉'.repeat(11), false],
    ['128 emoji', '🦉'.repeat(128), true],
    ['twelve letters decomposed into 24', 'u\u0308'.repeat(12), true],
    ['eleven letters decomposed into 22', 'u\u0308'.repeat(11), false],
    ['a ligature that grows to 18 letters under NFKC', '\uFDFA', true],
    ['half a surrogate pair', `${'a'.repeat(12)}\uD800`, false],
  ])('of %s', (_, text, isGood) => {
    expect(NewPassword.safeParse(text).success).toBe(isGood);
  });
});
