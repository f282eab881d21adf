import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** What a PDF says of its encryption (ISO 32000-2, 7.6.4); strings as bytes. */
export interface PdfEncryption {
  readonly version: number;
  readonly revision: number;
  readonly keyBytes: number;
  readonly permissions: number;
  readonly encryptsMetadata: boolean;
  readonly owner: Buffer;
  readonly user: Buffer;
  readonly userKey: Buffer;
  readonly fileId: Buffer;
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

/** The key of a file that opens without a password, as whoever may not print it still reads it; else undefined. */
export function keyWithoutPassword(encryption: PdfEncryption): Buffer | undefined {
  return encryption.version >= 5 ? keyOfNewFiles(encryption) : keyOfOldFiles(encryption);
}

function keyOfOldFiles(encryption: PdfEncryption): Buffer | undefined {
  const { revision, permissions, owner, user, fileId, encryptsMetadata } = encryption;
  const bytes = revision === 2 ? 5 : encryption.keyBytes;
  const allowed = Buffer.alloc(4);
  allowed.writeInt32LE(permissions | 0);
  const rest = revision >= 4 && !encryptsMetadata ? Buffer.alloc(4, 0xff) : Buffer.alloc(0);
  let key = md5(PADDING, owner.subarray(0, 32), allowed, fileId, rest).subarray(0, bytes);
  for (let round = 0; revision >= 3 && round < 50; round += 1) key = md5(key).subarray(0, bytes);
  return proofOf(key, revision, fileId).equals(user.subarray(0, revision === 2 ? 32 : 16)) ? key : undefined;
}

/** What the file holds where the password is empty. */
function proofOf(key: Buffer, revision: number, fileId: Buffer): Buffer {
  if (revision === 2) return rc4(key, PADDING);
  let proof = md5(PADDING, fileId);
  for (let round = 0; round < 20; round += 1) {
    proof = rc4(
      key.map((byte) => byte ^ round),
      proof,
    );
  }
  return proof;
}

function keyOfNewFiles({ revision, user, userKey }: PdfEncryption): Buffer | undefined {
  const hash = revision === 5 ? (salt: Buffer) => sha(256, salt) : hashOfRevision6;
  if (!hash(user.subarray(32, 40)).equals(user.subarray(0, 32))) return undefined;
  return decryptAes(hash(user.subarray(40, 48)), Buffer.alloc(16), userKey.subarray(0, 32));
}

function hashOfRevision6(salt: Buffer): Buffer {
  let key = sha(256, salt);
  for (let round = 0, last = 0; round < 64 || last > round - 32; round += 1) {
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false);
    const mixed = cipher.update(Buffer.concat(Array.from({ length: 64 }, () => key)));
    const choice = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = sha(choice === 0 ? 256 : choice === 1 ? 384 : 512, mixed);
    last = mixed.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}

export function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, place) => place);
  const at = (place: number) => state[place & 255] ?? 0;
  const swap = (one: number, other: number) => {
    [state[one], state[other]] = [at(other), at(one)];
  };
  for (let one = 0, other = 0; one < 256; one += 1) {
    other = (other + at(one) + (key[one % key.length] ?? 0)) & 255;
    swap(one, other);
  }
  let one = 0;
  let other = 0;
  return Buffer.from(data).map((byte) => {
    one = (one + 1) & 255;
    other = (other + at(one)) & 255;
    swap(one, other);
    return byte ^ at(at(one) + at(other));
  }) as Buffer;
}

/** Whole blocks only; what is left over is none of the data. */
export function decryptAes(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const decipher = createDecipheriv(key.length === 32 ? 'aes-256-cbc' : 'aes-128-cbc', key, iv).setAutoPadding(false);
  return decipher.update(data.subarray(0, data.length - (data.length % 16)));
}

export function md5(...parts: Uint8Array[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

function sha(bits: 256 | 384 | 512, data: Buffer): Buffer {
  return createHash(`sha${bits}`).update(data).digest();
}
