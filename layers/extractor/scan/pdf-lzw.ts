import { MAX_STREAM_BYTES, StreamTooLarge } from './stream-too-large.ts';

/** The codes get longer with the table of what they stand for (ISO 32000-2, 7.4.4), and begin anew at 256. */
export function decodeLzw(packed: Buffer): Buffer {
  const parts: Buffer[] = [];
  let table: Buffer[] = [];
  let before: Buffer | undefined;
  let size = 0;
  let bits = 9;
  let held = 0;
  let value = 0;
  for (const byte of packed) {
    value = ((value << 8) | byte) & 0xffffff;
    held += 8;
    if (held < bits) continue;
    held -= bits;
    const code = (value >> held) & ((1 << bits) - 1);
    if (code === 257) break;
    if (code === 256) {
      table = [];
      before = undefined;
    } else {
      const known: Buffer | undefined = code < 256 ? Buffer.from([code]) : table[code - 258];
      if (before && table.length < 3_838) table.push(Buffer.concat([before, (known ?? before).subarray(0, 1)]));
      const part: Buffer | undefined = known ?? table[code - 258];
      if (!part) break;
      parts.push(part);
      size += part.length;
      if (size > MAX_STREAM_BYTES) throw new StreamTooLarge();
      before = part;
    }
    bits = Math.min(12, 32 - Math.clz32(table.length + 259));
  }
  return Buffer.concat(parts);
}
