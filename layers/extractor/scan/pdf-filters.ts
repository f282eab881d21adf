import { inflateRawSync } from 'node:zlib';

/** A stream that unpacks to more is not looked into. */
const MAX_STREAM_BYTES = 16 * 1024 * 1024;

export class StreamTooLarge extends Error {
  override readonly name = 'StreamTooLarge';
}

const DECODERS: Readonly<Record<string, (packed: Buffer) => Buffer>> = {
  FlateDecode: inflateWhatCanBe,
  Fl: inflateWhatCanBe,
  ASCIIHexDecode: fromHex,
  AHx: fromHex,
  ASCII85Decode: fromAscii85,
  A85: fromAscii85,
  RunLengthDecode: fromRunLength,
  RL: fromRunLength,
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
export function decodeStream(packed: Buffer, filters: readonly string[]): Buffer | undefined {
  let content = packed;
  for (const filter of filters) {
    const decode = DECODERS[filter];
    if (!decode) return undefined;
    content = decode(content);
    if (content.length > MAX_STREAM_BYTES) throw new StreamTooLarge();
  }
  return content;
}

/** Readers take what comes before a fault and do not look at the sum at the end: so does this. */
function inflateWhatCanBe(packed: Buffer): Buffer {
  const whole = inflate(packed);
  if (whole) return whole;
  let readable = 2;
  let faulty = 64;
  while (faulty < packed.length && inflate(packed.subarray(0, faulty))) [readable, faulty] = [faulty, faulty * 2];
  while (faulty - readable > 1) {
    const middle = Math.floor((readable + faulty) / 2);
    if (inflate(packed.subarray(0, middle))) readable = middle;
    else faulty = middle;
  }
  return inflate(packed.subarray(0, readable)) ?? Buffer.alloc(0);
}

function inflate(packed: Buffer): Buffer | undefined {
  try {
    // Behind the two bytes of zlib's head; what is cut off gives what is there.
    return inflateRawSync(packed.subarray(2), { maxOutputLength: MAX_STREAM_BYTES, finishFlush: 2 });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw new StreamTooLarge();
    return undefined;
  }
}

function fromHex(packed: Buffer): Buffer {
  const digits = upTo('>', packed).replace(/[^0-9A-Fa-f]/g, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function fromAscii85(packed: Buffer): Buffer {
  const text = upTo('~', packed)
    .replace(/^<~/, '')
    .replace(/z/g, '!!!!!')
    .replace(/[^!-u]/g, '');
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
function upTo(mark: string, packed: Buffer): string {
  const end = packed.indexOf(mark, 0, 'latin1');
  const length = end === -1 ? packed.length : end;
  if (length > 4 * MAX_STREAM_BYTES) throw new StreamTooLarge();
  return packed.toString('latin1', 0, length);
}
