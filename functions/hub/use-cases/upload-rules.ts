import * as z from 'zod';
import { APIError } from '../../../shared/errors/api-error.ts';
import {
  DOCUMENT_CONTENT_TYPES,
  type DocumentContentType,
  MAX_DOCUMENT_BYTES,
} from '../../../shared/models/document.ts';
import { fileName, nameOfThing, saysSomething } from '../../../shared/models/plain-text.ts';
import { Timestamp } from '../../../shared/models/wire.ts';

/** What a client announces before it uploads. */
export const AnnouncedFile = z.strictObject({
  filename: fileName(255),
  content_type: z.string().min(1).max(200),
  size_bytes: z.int().min(0),
  title: nameOfThing(300).optional(),
});
export type AnnouncedFile = z.output<typeof AnnouncedFile>;

/** The form that a client POSTs: the fields, then `file`. */
export const Upload = z.object({ url: z.url(), fields: z.record(z.string(), z.string()), expires_at: Timestamp });

/**
 * The media type without its parameters, if such documents can be read.
 *
 * @throws APIError UNSUPPORTED_MEDIA_TYPE or PAYLOAD_TOO_LARGE
 */
export function checkUpload(file: AnnouncedFile): DocumentContentType {
  const declared = file.content_type.split(';')[0]?.trim().toLowerCase();
  const contentType = DOCUMENT_CONTENT_TYPES.find((known) => known === declared);
  if (!contentType) {
    throw new APIError('UNSUPPORTED_MEDIA_TYPE', 'Documents of this type cannot be read.', {
      details: { supported: DOCUMENT_CONTENT_TYPES },
    });
  }
  if (file.size_bytes < 1 || file.size_bytes > MAX_DOCUMENT_BYTES) {
    throw new APIError('PAYLOAD_TOO_LARGE', 'A document has between 1 byte and 50 MB.', {
      details: { max_bytes: MAX_DOCUMENT_BYTES },
    });
  }
  return contentType;
}

/** `Terms of use.pdf` → `Terms of use`; a name that is all extension stays, and one before it that cannot be seen. */
export function titleFrom(filename: string): string {
  const name = filename.replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/, '');
  return saysSomething(name) ? name : filename;
}
