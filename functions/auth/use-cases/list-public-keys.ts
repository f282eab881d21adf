import type { SigningKeys } from '../repositories/signing-keys.ts';
import { loadCurrentKey } from './key-ring.ts';

export type PublicKeys = Awaited<ReturnType<SigningKeys['listPublic']>>;

/** Never none: an empty set would be cached for minutes, and the first token refused. */
export async function listPublicKeys(keys: SigningKeys): Promise<PublicKeys> {
  const found = await keys.listPublic();
  if (found.length > 0) return found;
  await loadCurrentKey(keys);
  return keys.listPublic();
}
