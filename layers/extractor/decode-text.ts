import { isUtf8 } from 'node:buffer';
import { detectEncoding } from './detect-encoding.ts';

/**
 * The text of a file that does not tell its encoding: a byte order mark decides, then UTF-16 by where its zeros stand,
 * then UTF-8 if it is valid but for a few bytes, then what the file says of itself, else what its bytes most likely mean.
 */
export function decodeText(bytes: Uint8Array, told?: string): string {
  return decoderFor(encodingOf(bytes, told)).decode(bytes);
}

function encodingOf(bytes: Uint8Array, told: string | undefined): string {
  const unicode = utf16Of(bytes);
  if (unicode) return unicode;
  if (ISO_2022_JP.test(new TextDecoder('latin1').decode(bytes.subarray(0, 4_096)))) return 'iso-2022-jp';
  if (isUtf8(bytes)) return 'utf-8';
  if (told !== undefined && !/^utf/i.test(told)) return told;
  return isAlmostUtf8(bytes) ? 'utf-8' : detectEncoding(bytes);
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    return new TextDecoder('windows-1252'); // A file may call its encoding anything.
  }
}

/** It changes between alphabets by these words, and is else nothing but ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with ESC
const ISO_2022_JP = /\x1b\$[@B]/;

/** UTF-16 by its mark, or by the zeros that stand in every other place: those of letters, or of blanks at least. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 65_536);
  const zeros = [0, 0];
  sample.forEach((byte, place) => {
    if (byte === 0) zeros[place % 2] = (zeros[place % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > 0 && even <= odd / 8) return 'utf-16le';
  return even > 0 && odd <= even / 8 ? 'utf-16be' : undefined;
}

/** A text that lost a byte here and there: far more of it is whole than not. */
function isAlmostUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 1_048_576));
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  return whole > 4 * lost;
}
