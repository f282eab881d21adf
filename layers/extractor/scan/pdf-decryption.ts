import { ReadingError } from '../output.ts';
import { decryptAes, keyWithoutPassword, md5, type PdfEncryption, rc4 } from './pdf-keys.ts';
import { readPdfObject } from './pdf-object.ts';
import { readPdfString } from './pdf-string.ts';

/** Of a file with more than this many tables nobody knows which is meant: each change of a file adds one. */
const MAX_TABLES = 1_000;
const TABLE_CHARACTERS = 65_536;

/** The content of a stream of the object with this number and generation, as it was before the file was encrypted. */
export type DecryptStream = (number: number, generation: number, data: Buffer) => Buffer;

/**
 * How to read the streams of an encrypted file that asks for no password. Undefined for a file that is not encrypted.
 *
 * @throws ReadingError ENCRYPTED when it asks for one, or is encrypted in a way that nobody knows
 */
export function decryptionOf(source: string): DecryptStream | undefined {
  const place = findEncryption(source);
  if (!place) return undefined;
  const { text, written } = place;
  if (!/\/Filter \/Standard(?= |$)/.test(text)) throw locked();
  const encryption = readEncryption(text, written, source);
  const key = keyWithoutPassword(encryption);
  if (!key) throw locked();
  const method = methodOf(text, encryption.version);
  if (method === 'None' || method === 'Identity') return (_number, _generation, data) => data;
  if (method === 'AESV3') return (_number, _generation, data) => fromAes(key, data);
  const isAes = method === 'AESV2';
  return (number, generation, data) => {
    const own = keyOfObject(key, number, generation, isAes);
    return isAes ? fromAes(own, data) : rc4(own, data);
  };
}

/** What a file says of its encryption: the tokens, and how they are written. */
interface EncryptionPlace {
  readonly text: string;
  readonly written: string;
}

/** By what says where the document begins: words about encryption stand in other places. */
function findEncryption(source: string): EncryptionPlace | undefined {
  let tries = 0;
  for (const { 0: mark, index } of source.matchAll(/trailer|\/XRef/g)) {
    tries += 1;
    if (tries > MAX_TABLES) return undefined;
    const start = mark === 'trailer' ? index + mark.length : source.lastIndexOf('obj', index) + 3;
    const table = source.slice(start, start + TABLE_CHARACTERS);
    const { text, end } = readPdfObject(table, 0, { isPacked: true });
    const [, number, generation] = /\/Encrypt (?:(\d+) (\d+) R|<<)/.exec(text) ?? [];
    if (!/\/Encrypt /.test(text) || !/\/Root /.test(text)) continue;
    if (number === undefined) return { text: text.slice(text.indexOf('/Encrypt ')), written: table.slice(0, end) };
    return readNumbered(source, number, generation ?? '0');
  }
  return undefined;
}

function readNumbered(source: string, number: string, generation: string): EncryptionPlace {
  const match = new RegExp(`(?<!\\d)${number}\\s+${generation}\\s+obj`).exec(source);
  if (!match) throw locked();
  const start = match.index + match[0].length;
  const { text, end } = readPdfObject(source, start, { isPacked: true });
  return { text, written: source.slice(start, end) };
}

function readEncryption(text: string, written: string, source: string): PdfEncryption {
  const number = (name: string, otherwise: number) =>
    Number(new RegExp(`/${name} (-?\\d+)(?= |$)`).exec(text)?.[1] ?? otherwise);
  const version = number('V', 0);
  const told = number('Length', 40);
  return {
    version,
    revision: number('R', 2),
    keyBytes: version === 4 ? 16 : Math.min(16, Math.max(5, told / 8)),
    permissions: number('P', 0),
    encryptsMetadata: !/\/EncryptMetadata false/.test(text),
    owner: stringOf('O', written),
    user: stringOf('U', written),
    userKey: stringOf('UE', written),
    fileId: stringOf('ID', source, '\\['),
  };
}

function stringOf(name: string, written: string, before = ''): Buffer {
  const match = new RegExp(`/${name}\\s*${before}\\s*(?=[(<](?!<))`).exec(written);
  return match ? readPdfString(written, match.index + match[0].length) : Buffer.alloc(0);
}

function methodOf(text: string, version: number): string {
  if (version < 4) return 'V2';
  const filter = /\/StmF \/(\S+)/.exec(text)?.[1] ?? 'Identity';
  if (filter === 'Identity') return filter;
  return /\/CFM \/(\S+)/.exec(text.slice(text.indexOf(`/${filter} <<`)))?.[1] ?? 'None';
}

function keyOfObject(key: Buffer, number: number, generation: number, isAes: boolean): Buffer {
  const place = Buffer.alloc(5);
  place.writeUIntLE(number & 0xffffff, 0, 3);
  place.writeUInt16LE(generation & 0xffff, 3);
  return md5(key, place, Buffer.from(isAes ? 'sAlT' : '')).subarray(0, Math.min(16, key.length + 5));
}

function fromAes(key: Buffer, data: Buffer): Buffer {
  return data.length < 32 ? Buffer.alloc(0) : decryptAes(key, data.subarray(0, 16), data.subarray(16));
}

const locked = () =>
  new ReadingError('ENCRYPTED', 'This PDF asks for a password. Save it without one and upload it again.');
