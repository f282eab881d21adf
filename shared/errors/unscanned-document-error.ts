import { DocumentProcessingError } from './document-processing-error.ts';

/** A file that the malware scan cannot see into: it stays in quarantine as an unsafe one does. */
export class UnscannedDocumentError extends DocumentProcessingError {
  constructor() {
    super(
      'LIMIT_EXCEEDED',
      'The malware scan cannot look into this whole file: it is too large, packed too often or locked. Save its text as a simple document and upload that.',
    );
  }
}
