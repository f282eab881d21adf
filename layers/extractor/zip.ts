import { inflateRawSync } from 'node:zlib';
import { ReadingError } from './output.ts';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 50 * 1024 * 1024;
const MAX_RATIO = 100;

export interface Zip {
  names(): string[];
  /** The content of a file of the archive; undefined when there is none. */
  read(name: string): Buffer | undefined;
}

interface Entry {
  readonly method: number;
  readonly flags: number;
  readonly packed: number;
  readonly size: number;
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
 * are bounded while unpacking.
 *
 * @throws ReadingError DAMAGED, ENCRYPTED or LIMIT_EXCEEDED
 */
export function openZip(bytes: Buffer, budget: Budget = newBudget()): Zip {
  const entries = readDirectory(bytes, budget);
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

function readDirectory(bytes: Buffer, budget: Budget): Map<string, Entry> {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  budget.entries -= count;
  if (budget.entries < 0) throw tooLarge();
  const entries = new Map<string, Entry>();
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) throw damaged();
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    // No program writes the same name twice, or one that leads out of the archive.
    if (entries.has(name) || /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:/.test(name)) throw damaged();
    entries.set(name, {
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw damaged();
}

function unpack(bytes: Buffer, entry: Entry, budget: number): Buffer {
  if (entry.at + 30 > bytes.length || bytes.readUInt32LE(entry.at) !== LOCAL) throw damaged();
  const start = entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28);
  const packed = bytes.subarray(start, start + entry.packed);
  if (packed.length !== entry.packed) throw damaged();
  const limit = Math.min(budget, Math.max(65_536, entry.packed * MAX_RATIO));
  if (entry.size > limit) throw tooLarge();
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw damaged();
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
