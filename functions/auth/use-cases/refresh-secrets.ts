import { createHmac, hkdfSync, randomBytes } from 'node:crypto';

export interface RefreshSecrets {
  /** For a new session: 256 random bits. */
  first(): string;
  /**
   * The one successor of a token. It follows from the token and a key that only we have, so that it can be given
   * again within the grace time although nothing but hashes is stored; without the key it cannot be told from random.
   */
  successorOf(token: string): string;
}

const PREFIX = 'ur_';
const FORM = /^ur_[A-Za-z0-9_-]{43}$/;

export function openRefreshSecrets(dataEncryptionKeyBase64: string): RefreshSecrets {
  const root = Buffer.from(dataEncryptionKeyBase64, 'base64');
  const key = Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), 'understudy:refresh-successor:1', 32));
  return {
    first: () => PREFIX + randomBytes(32).toString('base64url'),
    successorOf: (token) => PREFIX + createHmac('sha256', key).update(token).digest('base64url'),
  };
}

export function isRefreshToken(text: string): boolean {
  return FORM.test(text);
}
