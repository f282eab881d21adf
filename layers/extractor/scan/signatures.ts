import { unsafe } from './unsafe.ts';

/** The industry's harmless test signature, in two parts so that no scanner takes this program for it. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
/** Also as programs write text that is to be read by others. */
const TEST_SIGNATURES = [Buffer.from(EICAR), Buffer.from(EICAR, 'utf16le'), Buffer.from(EICAR, 'utf16le').swap16()];

const PROGRAMS = [
  '7f454c46', // ELF
  'feedface', // Mach-O, in both orders and for several processors at once; class files
  'feedfacf',
  'cefaedfe',
  'cffaedfe',
  'cafebabe',
  'cafebabf',
  'bebafeca',
  'bfbafeca',
  '0061736d', // WebAssembly
  '6465780a', // Android
  '4c0000000114020000000000c000000000000046', // a Windows shortcut, which starts what it names
].map((hex) => Buffer.from(hex, 'hex'));

/** @throws ReadingError MALWARE_FOUND */
export function checkSignatures(bytes: Buffer): void {
  if (TEST_SIGNATURES.some((signature) => bytes.includes(signature)))
    throw unsafe('This file carries the signature of malware. Have the computer it comes from checked.');
  if (isProgram(bytes)) throw unsafe('This file is a program, not a document. Upload a document.');
}

function isProgram(bytes: Buffer): boolean {
  if (PROGRAMS.some((magic) => bytes.subarray(0, magic.length).equals(magic))) return true;
  if (bytes.toString('latin1', 0, 2) !== 'MZ' || bytes.length < 64) return false;
  return isWindowsProgram(bytes, 0) || bytes.subarray(0, 64).includes(0);
}

/** Whether a program for Windows lies anywhere in a file that holds others. */
export function holdsWindowsProgram(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('MZ'); at !== -1; at = bytes.indexOf('MZ', at + 1)) {
    if (isWindowsProgram(bytes, at)) return true;
  }
  return false;
}

/** Its first header tells where the second one begins. */
function isWindowsProgram(bytes: Buffer, at: number): boolean {
  if (at + 64 > bytes.length) return false;
  const header = at + bytes.readUInt32LE(at + 60);
  return header + 4 <= bytes.length && bytes.toString('latin1', header, header + 2) === 'PE';
}
