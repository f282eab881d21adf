import { ReadingError } from '../output.ts';

/** @param what a sentence that tells what was found, and what to do about it */
export function unsafe(what: string): ReadingError {
  return new ReadingError('MALWARE_FOUND', `${what} It was not taken over.`);
}

/** Of a PDF. */
export function scripted(): ReadingError {
  return new ReadingError(
    'MALWARE_FOUND',
    'This PDF carries scripts or actions that run when it is opened. Print it to a new PDF and upload that.',
  );
}
