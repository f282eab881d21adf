import { expect, test } from 'vitest';
import type { SigningKeys } from '../../../../../functions/auth/repositories/signing-keys.ts';
import { openPublicKeys } from '../../../../../functions/auth/use-cases/list-public-keys.ts';

/** A ring whose key is named after how often it was read. */
function countedRing() {
  const ring = { reads: 0, isAway: false };
  const listPublic: SigningKeys['listPublic'] = async () => {
    ring.reads += 1;
    if (ring.isAway) throw new Error('away');
    return [{ kid: `key-${ring.reads}`, jwk: {} }];
  };
  return Object.assign(ring, { keys: { listPublic } as SigningKeys });
}

test('the key set is read once for all who ask at the same time, and again after half a minute', async () => {
  const ring = countedRing();
  let now = 0;
  const read = openPublicKeys(ring.keys, () => now);

  const first = await Promise.all(Array.from({ length: 100 }, read));
  now = 29_999;
  const kept = await read();
  now = 30_000;
  const next = await read();

  expect(new Set(first.flat().map(({ kid }) => kid))).toEqual(new Set(['key-1']));
  expect([kept[0]?.kid, next[0]?.kid, ring.reads]).toEqual(['key-1', 'key-2', 2]);
});

test('a key set that could not be read is asked for again at once', async () => {
  const ring = countedRing();
  const read = openPublicKeys(ring.keys, () => 0);

  ring.isAway = true;
  await expect(read()).rejects.toThrow('away');
  ring.isAway = false;

  expect((await read())[0]?.kid).toBe('key-2');
});
