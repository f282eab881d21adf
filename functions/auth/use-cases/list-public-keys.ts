import type { SigningKeys } from '../repositories/signing-keys.ts';
import { loadCurrentKey } from './key-ring.ts';

export type PublicKeys = Awaited<ReturnType<SigningKeys['listPublic']>>;

/** Less than the five minutes for which a new key is published beyond everybody's cache before it signs. */
const CACHE_MS = 30_000;

/**
 * The published keys from memory, for whoever asks without a credential: an instance reads the database twice a minute
 * at most.
 */
export function openPublicKeys(keys: SigningKeys, now: () => number = Date.now): () => Promise<PublicKeys> {
  let known: { readonly at: number; readonly keys: Promise<PublicKeys> } | undefined;
  return () => {
    if (known && now() - known.at < CACHE_MS) return known.keys;
    const reading = { at: now(), keys: listPublicKeys(keys) };
    known = reading;
    reading.keys.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading.keys;
  };
}

/** Never none: an empty set would be cached for minutes, and the first token refused. */
async function listPublicKeys(keys: SigningKeys): Promise<PublicKeys> {
  const found = await keys.listPublic();
  if (found.length > 0) return found;
  await loadCurrentKey(keys);
  return keys.listPublic();
}
