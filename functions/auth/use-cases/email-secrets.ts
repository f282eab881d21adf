import { randomBytes } from 'node:crypto';

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** The secret of a mailed link: 256 random bits. */
export function newEmailSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function isEmailSecret(text: string): boolean {
  return FORM.test(text);
}
