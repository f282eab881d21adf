import { type CryptoKey, importJWK } from 'jose';
import { APIError } from '../errors/api-error.ts';
import { log } from '../observability/logger.ts';
import type { PublicSigningKey } from './signing-key.ts';

export interface VerificationKeysOptions {
  readonly loadKeys: () => Promise<readonly PublicSigningKey[]>;
  /** How long a loaded set is used unasked; also how long a retired key may still pass. */
  readonly cacheMs?: number;
  /** The least time between two loads because of an unknown key id, so that forged ids cost no database. */
  readonly unknownKeyPauseMs?: number;
  readonly now?: () => number;
}

export interface VerificationKeys {
  /**
   * The imported key of this id, from memory; nothing a token says is ever fetched.
   *
   * @throws APIError DEPENDENCY_UNAVAILABLE while no key set could be loaded
   */
  find(kid: string): Promise<CryptoKey | undefined>;
}

interface KeySet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly loadedAt: number;
}

/** The key set of one instance: cached, loaded by one request for all, re-read once for an id it does not know. */
export function openVerificationKeys(options: VerificationKeysOptions): VerificationKeys {
  const { loadKeys, cacheMs = 30_000, unknownKeyPauseMs = 5_000, now = Date.now } = options;
  let set: KeySet | undefined;
  let loading: Promise<KeySet> | undefined;
  let lastAttempt = Number.NEGATIVE_INFINITY;

  const load = async (): Promise<KeySet> => {
    lastAttempt = now();
    const keys = new Map<string, CryptoKey>();
    for (const { kid, kty, n, e } of await loadKeys()) {
      keys.set(kid, (await importJWK({ kty, n, e }, 'RS256')) as CryptoKey);
    }
    set = { keys, loadedAt: now() };
    return set;
  };
  const loadOnce = (): Promise<KeySet> => {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  const fresh = async (): Promise<KeySet> => {
    if (set && now() - set.loadedAt < cacheMs) return set;
    try {
      return await loadOnce();
    } catch (error) {
      log.error('signing keys could not be read', error);
      // An older set serves ten times as long as usual, so that a short outage of the database refuses nobody.
      if (set && now() - set.loadedAt < cacheMs * 10) return set;
      throw new APIError('DEPENDENCY_UNAVAILABLE', 'Credentials cannot be checked at the moment.', {
        cause: error,
        headers: { 'Retry-After': '5' },
      });
    }
  };

  return {
    find: async (kid) => {
      const known = (await fresh()).keys.get(kid);
      if (known || (loading === undefined && now() - lastAttempt < unknownKeyPauseMs)) return known;
      return (await loadOnce().catch(() => undefined))?.keys.get(kid);
    },
  };
}
