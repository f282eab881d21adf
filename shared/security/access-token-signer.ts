import { randomUUID } from 'node:crypto';
import { type CryptoKey, SignJWT } from 'jose';
import type { Permission } from '../models/permission.ts';
import { ACCESS_TOKEN_AUDIENCE, ACCESS_TOKEN_LIFETIME_SECONDS, ACCESS_TOKEN_TYPE } from './access-token.ts';

/** The key that signs now. */
export interface PrivateSigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface AccessTokenSignerOptions {
  readonly issuer: string;
  /** The current key, made first where there is none. */
  readonly loadCurrentKey: () => Promise<PrivateSigningKey>;
  /** How long a key is used unasked; a key that was replaced may sign for so long. 10 s unless told. */
  readonly cacheMs?: number;
  readonly now?: () => number;
}

export interface AccessTokenSubject {
  readonly creatorId: string;
  readonly permissions: readonly Permission[];
  readonly sessionId: string;
}

/** Signs an access token that is good for 900 seconds from now. */
export type SignAccessToken = (subject: AccessTokenSubject) => Promise<string>;

/**
 * Signs with the current key, from memory for `cacheMs`. The function throws what `loadCurrentKey` does; a failure is not
 * remembered.
 */
export function openAccessTokenSigner(options: AccessTokenSignerOptions): SignAccessToken {
  const { issuer, loadCurrentKey, cacheMs = 10_000, now = Date.now } = options;
  let cached: { readonly key: Promise<PrivateSigningKey>; readonly loadedAt: number } | undefined;

  const currentKey = (): Promise<PrivateSigningKey> => {
    if (cached && now() - cached.loadedAt < cacheMs) return cached.key;
    const entry = { key: loadCurrentKey(), loadedAt: now() };
    cached = entry;
    entry.key.catch(() => {
      if (cached === entry) cached = undefined; // A failure is not remembered.
    });
    return entry.key;
  };

  return async ({ creatorId, permissions, sessionId }) => {
    const { kid, key } = await currentKey();
    const issuedAt = Math.floor(now() / 1000);
    return new SignJWT({
      iss: issuer,
      aud: ACCESS_TOKEN_AUDIENCE,
      sub: creatorId,
      creator_id: creatorId,
      permissions: [...permissions],
      sid: sessionId,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + ACCESS_TOKEN_LIFETIME_SECONDS,
    })
      .setProtectedHeader({ alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid })
      .sign(key);
  };
}
