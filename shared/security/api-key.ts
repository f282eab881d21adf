import { createHash, randomBytes } from 'node:crypto';

/** Tells an API key from an access token, for us and for scanners of leaked secrets. */
export const API_KEY_PREFIX = 'uk_';
const FORM = /^uk_[A-Za-z0-9_-]{43}$/;

/** A new API key: 256 random bits behind the prefix. Shown once; only its hash is kept. */
export function newApiKey(): string {
  return API_KEY_PREFIX + randomBytes(32).toString('base64url');
}

/** Whether a text has the form of our keys; says nothing about whether there is such a key. */
export function isApiKey(text: string): boolean {
  return FORM.test(text);
}

/** What a list may show, to tell keys apart. */
export function apiKeyHint(key: string): string {
  return key.slice(0, API_KEY_PREFIX.length + 6);
}

/** SHA-256 suffices for secrets of 256 random bits: there is nothing to guess. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
