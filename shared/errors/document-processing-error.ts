import { APIError } from './api-error.ts';

/** Why a document cannot become searchable, as the contract's `document.error.code`. */
export const DOCUMENT_ERROR_CODES = [
  'MALWARE_FOUND',
  'TYPE_MISMATCH',
  'ENCRYPTED',
  'EMPTY',
  'NO_TEXT',
  'DAMAGED',
  'LIMIT_EXCEEDED',
  'TIMED_OUT',
  'FETCH_REFUSED',
  'INTERNAL',
] as const;

export type DocumentErrorCode = (typeof DOCUMENT_ERROR_CODES)[number];

/** A permanent fault of a document; `message` is the advice its creator reads. */
export class DocumentProcessingError extends APIError {
  override readonly name = 'DocumentProcessingError';
  readonly reason: DocumentErrorCode;

  constructor(reason: DocumentErrorCode, advice: string, cause?: unknown) {
    super('DOCUMENT_PROCESSING_FAILED', advice, { details: { reason }, cause });
    this.reason = reason;
  }
}
