import { holdsWindowsProgram } from './signatures.ts';
import { unsafe } from './unsafe.ts';

const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Names of streams stand in the directory as UTF-16. */
const named = (name: string) => Buffer.from(name, 'utf16le');
const MACROS = named('_VBA_PROJECT');
/** Any file, wrapped so that a double click opens it. */
const PACKAGE = named('\u0001Ole10Native');
const RUNS =
  /\.(?:exe|scr|com|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|msi|jar|cpl|dll|reg|sct|chm|url|iso|img|docm|xlsm)\0/i;

/** A file of the older programs for offices: a file system of its own (MS-CFB). */
export function isCompoundFile(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** @throws ReadingError MALWARE_FOUND for macros, and for programs and scripts that are wrapped in it */
export function checkCompoundFile(bytes: Buffer): void {
  if (bytes.includes(MACROS)) throw unsafe('This document carries macros. Save it without them.');
  if (holdsWindowsProgram(bytes) || (bytes.includes(PACKAGE) && RUNS.test(bytes.toString('latin1')))) {
    throw unsafe('This document carries a program within it. Save it without that.');
  }
}
