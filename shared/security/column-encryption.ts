import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Where a sealed value stands. A value moved to another tenant, table, column or row cannot be opened there. */
export interface ColumnPlace {
  /** Absent for tables without a tenant. */
  readonly creatorId?: string;
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

export interface ColumnCipher {
  /** Encrypts under a data key of its own (AES-256-GCM), which the master key wraps. Never the same text twice. */
  seal(plain: string, place: ColumnPlace): string;
  /** @throws SealedValueError when the value was altered, moved, or sealed under another master key */
  open(sealed: string, place: ColumnPlace): string;
}

/** The value is not what was sealed here; says no more, so that nothing about the key can be learnt. */
export class SealedValueError extends Error {
  override readonly name = 'SealedValueError';
  constructor() {
    super('a sealed value cannot be opened here');
  }
}

const VERSION = 'e1';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/**
 * The envelope of sensitive columns, as text: `e1.` and, in base64url, the master key's id, the wrapped data key
 * and the encrypted value, each part authenticated together with its place.
 *
 * @throws RangeError when the master key is not 32 bytes
 */
export function openColumnCipher(masterKeyBase64: string): ColumnCipher {
  const masterKey = Buffer.from(masterKeyBase64, 'base64');
  if (masterKey.byteLength !== KEY_BYTES) throw new RangeError('the data encryption key must be 32 bytes');
  const keyId = createHash('sha256').update('understudy:key-id').update(masterKey).digest().subarray(0, KEY_ID_BYTES);

  return {
    seal: (plain, place) => {
      const dataKey = randomBytes(KEY_BYTES);
      const bound = describe(place);
      const wrapped = encrypt(masterKey, dataKey, bound);
      const body = encrypt(dataKey, Buffer.from(plain, 'utf8'), bound);
      return `${VERSION}.${Buffer.concat([keyId, wrapped, body]).toString('base64url')}`;
    },
    open: (sealed, place) => {
      const bytes = decode(sealed);
      if (!bytes.subarray(0, KEY_ID_BYTES).equals(keyId)) throw new SealedValueError();
      const bound = describe(place);
      const dataKey = decrypt(masterKey, bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + WRAPPED_BYTES), bound);
      return decrypt(dataKey, bytes.subarray(KEY_ID_BYTES + WRAPPED_BYTES), bound).toString('utf8');
    },
  };
}

/** JSON of a list: no two places share one description, whatever their names contain. */
function describe(place: ColumnPlace): Buffer {
  return Buffer.from(JSON.stringify([VERSION, place.creatorId ?? 'platform', place.table, place.column, place.rowId]));
}

function decode(sealed: string): Buffer {
  const [version, text, ...rest] = sealed.split('.');
  if (version !== VERSION || text === undefined || rest.length > 0) throw new SealedValueError();
  const bytes = Buffer.from(text, 'base64url');
  const whole = bytes.byteLength >= KEY_ID_BYTES + WRAPPED_BYTES + NONCE_BYTES + TAG_BYTES;
  if (!whole || bytes.toString('base64url') !== text) throw new SealedValueError();
  return bytes;
}

function encrypt(key: Buffer, plain: Buffer, bound: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer, bound: Buffer): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(sealed.byteLength - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound).setAuthTag(tag);
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, sealed.byteLength - TAG_BYTES)),
      decipher.final(),
    ]);
  } catch {
    throw new SealedValueError();
  }
}
