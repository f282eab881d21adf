import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../config/password-rule.ts';
import type { BcryptWorkers } from './bcrypt-workers.ts';

export interface StoredPassword {
  readonly hash: string;
  /** Which pepper went in, so that it can be replaced one login at a time. */
  readonly pepperVersion: number;
}

export interface Passwords {
  /** Exactly one bcrypt of cost 12. */
  hash(password: string): Promise<StoredPassword>;
  /** Exactly one bcrypt of cost 12, also when nothing is stored: then against a hash that nothing matches. */
  matches(password: string, stored: StoredPassword | undefined): Promise<boolean>;
  /** Whether it was stored under an older pepper or another cost, and should be hashed anew when it is next known. */
  isOutdated(stored: StoredPassword): boolean;
}

const COST = 12;
/** Made from random bytes that nobody kept. */
const HASH_OF_NOTHING = '$2b$12$OdgsK8arKB6K18tVriYwYerHiejnvRG1F3/GqWBfvsgKftrA8zQse';

/** A password that somebody chooses: 12 to 128 characters, counted as a person counts them after NFKC. */
export const NewPassword = z
  .string()
  .max(4 * MAX_PASSWORD_CHARACTERS)
  .refine((text) => text.isWellFormed(), 'Use valid Unicode text.')
  .refine((text) => {
    const characters = [...text.normalize('NFKC')].length;
    return characters >= MIN_PASSWORD_CHARACTERS && characters <= MAX_PASSWORD_CHARACTERS;
  }, `Use ${MIN_PASSWORD_CHARACTERS} to ${MAX_PASSWORD_CHARACTERS} characters.`);

/** A password that somebody claims: any text of a sane length, so that no rule tells what accounts exist. */
export const GivenPassword = z
  .string()
  .min(1)
  .max(4 * MAX_PASSWORD_CHARACTERS);

/**
 * bcrypt over base64 of HMAC-SHA-384 with a pepper: 64 characters whatever goes in, so bcrypt's silent cut at 72
 * bytes and its stop at NUL never matter, and a stolen table alone cannot be attacked.
 */
export function openPasswords({ pepper, workers }: { pepper: string; workers: BcryptWorkers }): Passwords {
  const peppers = readPeppers(pepper);
  const condense = (password: string, key: Buffer) =>
    createHmac('sha384', key).update(password.normalize('NFKC'), 'utf8').digest('base64');

  return {
    hash: async (password) => ({
      hash: await workers.hash(condense(password, peppers.newest.key), COST),
      pepperVersion: peppers.newest.version,
    }),
    matches: async (password, stored) => {
      const key = stored && peppers.byVersion.get(stored.pepperVersion);
      const equal = await workers.compare(
        condense(password, key ?? peppers.newest.key),
        stored && key ? stored.hash : HASH_OF_NOTHING,
      );
      return equal && key !== undefined;
    },
    isOutdated: ({ hash, pepperVersion }) =>
      pepperVersion !== peppers.newest.version || Number(hash.split('$')[2]) !== COST,
  };
}

interface Peppers {
  readonly newest: { readonly version: number; readonly key: Buffer };
  readonly byVersion: ReadonlyMap<number, Buffer>;
}

/** One key in base64, which is version 1; or several as `2:<base64>,1:<base64>`, the newest first. */
function readPeppers(text: string): Peppers {
  const all = text.split(',').map((part) => {
    const [, version = '1', key = ''] = /^(?:(\d+):)?(.+)$/.exec(part) ?? [];
    return { version: Number(version), key: Buffer.from(key, 'base64') };
  });
  const [newest] = all;
  const byVersion = new Map(all.map(({ version, key }) => [version, key]));
  if (!newest || byVersion.size < all.length) throw new RangeError('each password pepper needs a version of its own');
  if (all.some(({ key }) => key.byteLength < 32)) throw new RangeError('a password pepper must be at least 32 bytes');
  return { newest, byVersion };
}
