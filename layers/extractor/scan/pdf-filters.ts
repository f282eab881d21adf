import { inflateRawSync } from 'node:zlib';
import { decodeLzw } from './pdf-lzw.ts';
import { MAX_STREAM_BYTES, StreamTooLarge } from './stream-too-large.ts';

/** Told of each step of the work before it is done, in bytes; throws when it has become too much. */
export type Spend = (bytes: number) => void;

const DECODERS: Readonly<Record<string, (packed: Buffer, spend: Spend) => Buffer>> = {
  FlateDecode: inflateWhatCanBe,
  Fl: inflateWhatCanBe,
  LZWDecode: decodeLzw,
  LZW: decodeLzw,
  ASCIIHexDecode: fromHex,
  AHx: fromHex,
  ASCII85Decode: fromAscii85,
  A85: fromAscii85,
  RunLengthDecode: fromRunLength,
  RL: fromRunLength,
  Crypt: (packed) => packed, // What it stands for has been done, or is nothing.
};

/** The filters of a stream in their order, by its dictionary (as of `readPdfObject`); undefined where it hides them. */
export function filtersOf(dictionary: string): string[] | undefined {
  const [filter, another] = dictionary.matchAll(/ \/Filter (?:\/(\S+)|\[((?: \/\S+)*) \]|null)?/g);
  if (!filter) return [];
  if (another || filter[0] === ' /Filter ') return undefined;
  return filter[1] === undefined ? (filter[2] ?? '').split(' /').filter(Boolean) : [filter[1]];
}

/**
 * The content of a stream. `packed` may go on behind it: every filter but none at all knows its own end.
 *
 * @returns undefined when a filter is none of those that are known here
 * @throws StreamTooLarge
 */
export function decodeStream(packed: Buffer, filters: readonly string[], spend: Spend): Buffer | undefined {
  let content = packed;
  for (const filter of filters) {
    const decode = DECODERS[filter];
    if (!decode) return undefined;
    content = decode(content, spend);
    spend(content.length);
    if (content.length > MAX_STREAM_BYTES) throw new StreamTooLarge();
  }
  return content;
}

/** Readers take what comes before a fault and do not look at the sum at the end: so does this. */
function inflateWhatCanBe(packed: Buffer, spend: Spend): Buffer {
  const upTo = (length: number) => inflate(packed.subarray(0, length), spend);
  const whole = upTo(packed.length);
  if (whole) return whole;
  let readable = 2;
  let faulty = 64;
  while (faulty < packed.length && upTo(faulty)) [readable, faulty] = [faulty, faulty * 2];
  while (faulty - readable > 1) {
    const middle = Math.floor((readable + faulty) / 2);
    if (upTo(middle)) readable = middle;
    else faulty = middle;
  }
  return upTo(readable) ?? Buffer.alloc(0);
}

/** Of what a fault ends nobody knows how far it had come: it counts as a part of the most that it may have been. */
const FAULTY = { mostFromOne: 1_032, part: 1 / 16 };

function inflate(packed: Buffer, spend: Spend): Buffer | undefined {
  try {
    // Behind the two bytes of zlib's head; what is cut off gives what is there.
    const options = { maxOutputLength: MAX_STREAM_BYTES, finishFlush: 2 };
    const content = inflateRawSync(packed.subarray(2), options);
    spend(content.length);
    return content;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new StreamTooLarge();
    if (!code?.startsWith('Z_')) throw error;
    spend(Math.min(MAX_STREAM_BYTES, packed.length * FAULTY.mostFromOne) * FAULTY.part);
    return undefined;
  }
}

function fromHex(packed: Buffer, spend: Spend): Buffer {
  const digits = upTo('>', packed, spend).replace(/[^0-9A-Fa-f]/g, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function fromAscii85(packed: Buffer, spend: Spend): Buffer {
  const written = upTo('~', packed, spend).replace(/^<~/, '');
  if (written.length + 4 * (written.match(/z/g)?.length ?? 0) > 2 * MAX_STREAM_BYTES) throw new StreamTooLarge();
  const text = written.replace(/z/g, '!!!!!').replace(/[^!-u]/g, '');
  const groups = Math.ceil(text.length / 5);
  const content = Buffer.alloc(groups * 4);
  for (let group = 0; group < groups; group += 1) {
    let value = 0;
    for (let digit = 0; digit < 5; digit += 1) {
      const code = text.charCodeAt(group * 5 + digit);
      value = value * 85 + (Number.isNaN(code) ? 84 : code - 33);
    }
    content.writeUInt32BE(value % 2 ** 32, group * 4);
  }
  return content.subarray(0, content.length - (groups * 5 - text.length));
}

function fromRunLength(packed: Buffer): Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  for (let at = 0; at < packed.length && packed[at] !== 128; ) {
    const length = packed[at] ?? 128;
    const part = length < 128 ? packed.subarray(at + 1, at + length + 2) : Buffer.alloc(257 - length, packed[at + 1]);
    at += length < 128 ? length + 2 : 2;
    parts.push(part);
    size += part.length;
    if (size > MAX_STREAM_BYTES) throw new StreamTooLarge();
  }
  return Buffer.concat(parts);
}

/** At most as long as what unpacks to something that is looked into. */
function upTo(mark: string, packed: Buffer, spend: Spend): string {
  const end = packed.subarray(0, 4 * MAX_STREAM_BYTES).indexOf(mark, 0, 'latin1');
  const length = end === -1 ? packed.length : end;
  spend(length);
  if (length > 4 * MAX_STREAM_BYTES) throw new StreamTooLarge();
  return packed.toString('latin1', 0, length);
}
