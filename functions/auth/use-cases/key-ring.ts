import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from 'jose';
import type { PrivateSigningKey } from '../../../shared/security/access-token-signer.ts';
import { PublicSigningKey } from '../../../shared/security/signing-key.ts';
import type { NewSigningKey, SigningKeyRing, SigningKeyRow, SigningKeys } from '../repositories/signing-keys.ts';

export interface RotationWaits {
  /** How old the current key becomes before the schedule replaces it. */
  readonly rotateAfterSeconds: number;
  /** How long a key is published before it signs: longer than anyone caches the key set (5 minutes). */
  readonly publishSeconds: number;
  /** How long a replaced key is accepted: the life of its last token, and the signers' caches. */
  readonly overlapSeconds: number;
}

const ROTATION_WAITS: RotationWaits = {
  rotateAfterSeconds: 30 * 24 * 3600,
  publishSeconds: 10 * 60,
  overlapSeconds: 20 * 60,
};

export interface RotationReport {
  readonly rotated: boolean;
  readonly current: string;
  readonly next: string;
  readonly retired: readonly string[];
}

/** The key that signs now. The first request of all makes it; others that come at the same time wait for it. */
export async function loadCurrentKey(keys: SigningKeys): Promise<PrivateSigningKey> {
  const stored = (await keys.readCurrent()) ?? (await keys.locked(fillRing).then(() => keys.readCurrent()));
  if (!stored) throw new Error('the key ring has no current key');
  return { kid: stored.kid, key: await importPKCS8(stored.privateKey, 'RS256') };
}

/**
 * One step of the rotation: retires what nobody needs any more and, when it is time (or `demanded`), lets the next
 * key take over. Never before that key has been published long enough, so that no valid token is refused.
 */
export function rotateKeys(
  keys: SigningKeys,
  { demanded = false, waits = ROTATION_WAITS }: { demanded?: boolean; waits?: RotationWaits } = {},
): Promise<RotationReport> {
  return keys.locked(async (ring) => {
    await fillRing(ring);
    const rows = await ring.list();
    const { current, next } = pick(rows);
    const retired = rows.filter((row) => row.state === 'previous' && row.state_age_seconds > waits.overlapSeconds);
    for (const { kid } of retired) await ring.move(kid, 'retired');

    const due = demanded || current.state_age_seconds >= waits.rotateAfterSeconds;
    const rotated = due && next.state_age_seconds >= waits.publishSeconds;
    if (rotated) {
      await ring.move(current.kid, 'previous');
      await ring.move(next.kid, 'current');
      await fillRing(ring);
    }
    const after = pick(await ring.list());
    return {
      rotated,
      current: after.current.kid,
      next: after.next.kid,
      retired: retired.map((row) => row.kid),
    };
  });
}

export interface DropReport {
  /** False when there is no such key, or it was retired before. */
  readonly dropped: boolean;
  readonly current: string;
  readonly next: string;
}

/**
 * For a key that may be known to others: it is retired now, with every token under it, and the next key signs at once.
 * Whoever caches keys notices within half a minute; until its signer does, a new token may be refused.
 */
export function dropKey(keys: SigningKeys, kid: string): Promise<DropReport> {
  return keys.locked(async (ring) => {
    await fillRing(ring);
    const rows = await ring.list();
    const target = rows.find((row) => row.kid === kid && row.state !== 'retired');
    if (target) {
      await ring.move(kid, 'retired');
      if (target.state === 'current') await ring.move(pick(rows).next.kid, 'current');
      await fillRing(ring);
    }
    const after = pick(await ring.list());
    return { dropped: target !== undefined, current: after.current.kid, next: after.next.kid };
  });
}

/** Sees to it that there is a key that signs and one that waits. */
async function fillRing(ring: SigningKeyRing): Promise<void> {
  const states = (await ring.list()).map((row) => row.state);
  if (!states.includes('current')) await ring.add(await makeKey(), 'current');
  if (!states.includes('next')) await ring.add(await makeKey(), 'next');
}

function pick(rows: readonly SigningKeyRow[]): { current: SigningKeyRow; next: SigningKeyRow } {
  const current = rows.find((row) => row.state === 'current');
  const next = rows.find((row) => row.state === 'next');
  if (!current || !next) throw new Error('the key ring is not complete');
  return { current, next };
}

/** RSA of 2048 bits; its id is the thumbprint of RFC 7638. */
async function makeKey(): Promise<NewSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const { n, e } = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e });
  const { kty, ...jwk } = PublicSigningKey.parse({ kid, kty: 'RSA', n, e });
  return {
    kid,
    publicJwk: { kty, n: jwk.n, e: jwk.e, alg: 'RS256', use: 'sig' },
    privateKey: await exportPKCS8(privateKey),
  };
}
