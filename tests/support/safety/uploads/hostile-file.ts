/** What happens to a file: it becomes searchable, or is refused with a code of the contract. */
export type Verdict =
  | 'ready'
  | 'MALWARE_FOUND'
  | 'TYPE_MISMATCH'
  | 'ENCRYPTED'
  | 'EMPTY'
  | 'NO_TEXT'
  | 'DAMAGED'
  | 'LIMIT_EXCEEDED';

/** A file that the tests make, and what is right for it. */
export interface HostileFile {
  readonly name: string;
  readonly type: string;
  readonly verdict: Verdict;
  readonly make: () => string | Buffer | Promise<Buffer>;
}

export const [TEXT, MARKDOWN, HTML, CSV, PDF] = [
  'text/plain',
  'text/markdown',
  'text/html',
  'text/csv',
  'application/pdf',
] as const;

/** In two parts, so that no scanner takes this file for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export const ELF = Buffer.from('7f454c46020101000000000000000000', 'hex');

/** The header of a Windows program, as far as loaders look. */
export function windowsProgram(): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128);
  return bytes;
}
