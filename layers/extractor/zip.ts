import { crc32, inflateRawSync } from 'node:zlib';
import { ReadingError } from './output.ts';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 50 * 1024 * 1024;
const MAX_RATIO = 100;
/** A part that unpacks to no more is no bomb, however well it packs: the same words on each of a thousand pages do. */
const ALWAYS_UNPACKED = 8 * 1024 * 1024;

export interface Zip {
  names(): string[];
  /** The content of a file of the archive; undefined when there is none. */
  read(name: string): Buffer | undefined;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly packed: number;
  readonly size: number;
  readonly sum: number;
  readonly at: number;
}

/** What may still be unpacked; an archive and those inside it draw on the same one. */
export interface Budget {
  bytes: number;
  entries: number;
}

export const newBudget = (): Budget => ({ bytes: MAX_BYTES, entries: MAX_ENTRIES });

/**
 * Reads a ZIP archive by its central directory and believes none of it: entries, bytes in all and the ratio of each
 * are bounded while unpacking, what unpacks has to have the sum that is told, and what the directory does not tell of
 * must not be there.
 *
 * @throws ReadingError DAMAGED, ENCRYPTED or LIMIT_EXCEEDED
 */
export function openZip(bytes: Buffer, budget: Budget = newBudget()): Zip {
  const { entries, start } = readDirectory(bytes, budget);
  checkPlaces(bytes, [...entries.values()], start);
  return {
    names: () => [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      if (entry.flags & 1) throw new ReadingError('ENCRYPTED', 'This file asks for a password. Save it without one.');
      const content = unpack(bytes, entry, budget.bytes);
      budget.bytes -= content.length;
      return content;
    },
  };
}

function readDirectory(bytes: Buffer, budget: Budget): { entries: Map<string, Entry>; start: number } {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  budget.entries -= count;
  if (budget.entries < 0) throw tooLarge();
  const entries = new Map<string, Entry>();
  const start = bytes.readUInt32LE(end + 16);
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) throw damaged();
    const nameLength = bytes.readUInt16LE(at + 28);
    const written = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const name = written.replaceAll('\\', '/'); // Some programs write the separator of their own system.
    // No program writes the same name twice, or one that leads out of the archive.
    if (entries.has(name) || /(^|\/)\.\.(\/|$)|^\/|^[A-Za-z]:/.test(name)) throw damaged();
    entries.set(name, {
      name: written,
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      sum: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return { entries, start };
}

/** What reads an archive from its beginning must meet the same files: none left out, called otherwise or shared. */
function checkPlaces(bytes: Buffer, entries: readonly Entry[], directory: number): void {
  const inOrder = entries.toSorted((one, other) => one.at - other.at);
  let from = 0;
  for (const entry of inOrder) {
    if (entry.at < from) throw tooLarge(); // Many names for the same bytes.
    if (holdsEntry(bytes, from, entry.at)) throw damaged();
    from = startOfContent(bytes, entry) + entry.packed;
  }
  if (holdsEntry(bytes, from, directory) || inOrder.some((entry) => nameBefore(bytes, entry) !== entry.name)) {
    throw damaged();
  }
}

function holdsEntry(bytes: Buffer, from: number, to: number): boolean {
  return from < to && bytes.subarray(from, to).includes('PK\x03\x04');
}

function nameBefore(bytes: Buffer, { at }: Entry): string {
  return bytes.toString('utf8', at + 30, at + 30 + bytes.readUInt16LE(at + 26));
}

function startOfContent(bytes: Buffer, { at }: Entry): number {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) throw damaged();
  return at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw damaged();
}

function unpack(bytes: Buffer, entry: Entry, budget: number): Buffer {
  const start = startOfContent(bytes, entry);
  const packed = bytes.subarray(start, start + entry.packed);
  if (packed.length !== entry.packed) throw damaged();
  const limit = Math.min(budget, Math.max(ALWAYS_UNPACKED, entry.packed * MAX_RATIO));
  if (entry.size > limit) throw tooLarge();
  const content = entry.method === 0 ? packed : inflate(packed, entry, limit);
  if (content.length > entry.size || crc32(content) !== entry.sum) throw damaged();
  return content;
}

function inflate(packed: Buffer, { method }: Entry, limit: number): Buffer {
  if (method !== 8) throw damaged();
  try {
    return inflateRawSync(packed, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw damaged();
  }
}

const damaged = () => new ReadingError('DAMAGED', 'This file is damaged. Save it anew and upload it again.');
const tooLarge = () =>
  new ReadingError('LIMIT_EXCEEDED', 'This file unpacks to more than can be read. Split it and upload the parts.');
