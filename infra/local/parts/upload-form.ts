import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { S3Error } from './s3-error.ts';
import type { FormFields, SizeRange } from './upload-policy.ts';

const MOST_FIELDS = 50;
const FIELDS_LIMIT_BYTES = 20_480;

export interface UploadedForm {
  readonly fields: FormFields;
  readonly file: Buffer;
}

/**
 * Reads a form upload. `allow` sees all fields before the first byte of the file and tells the sizes allowed; what
 * comes after the file is ignored, as S3 does. A refused form is still read to its end, so that browsers get to see
 * the answer, but nothing of it is kept.
 * @throws S3Error for what `allow` refuses, wrong sizes and malformed forms
 */
export function readUploadForm(
  request: IncomingMessage,
  allow: (fields: FormFields) => SizeRange,
): Promise<UploadedForm> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let file: { content: Promise<Buffer> } | undefined;
    let problem: unknown;
    const refuse = (error: unknown) => {
      problem ??= error;
    };
    const form = openForm(request);
    form.on('field', (name, value, nameCut, valueCut) => {
      if (file !== undefined) return;
      if (nameCut || valueCut) refuse(tooLong());
      if (fields.has(name.toLowerCase())) refuse(new S3Error(400, 'InvalidArgument', `Duplicate field ${name}.`));
      fields.set(name.toLowerCase(), value);
    });
    form.on('fieldsLimit', () => refuse(tooLong()));
    form.on('file', (_name, stream) => {
      stream.on('error', refuse); // Also when nobody reads it any more: unheard, it would end the process.
      if (file !== undefined || problem !== undefined) return void stream.resume();
      try {
        file = { content: collect(stream, allow(fields)) };
        file.content.catch(refuse);
      } catch (error) {
        refuse(error);
        stream.resume();
      }
    });
    form.on('error', () => reject(problem ?? malformed()));
    form.on('finish', () => {
      if (problem !== undefined) return reject(problem);
      if (file === undefined) {
        return reject(new S3Error(400, 'InvalidArgument', 'POST requires exactly one file upload per request.'));
      }
      file.content.then((content) => resolve({ fields, file: content }), reject);
    });
    request.once('aborted', () => reject(malformed()));
    request.pipe(form);
  });
}

function openForm(request: IncomingMessage) {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { fields: MOST_FIELDS, fieldSize: FIELDS_LIMIT_BYTES, fieldNameSize: 200, headerPairs: 50 },
    });
  } catch {
    throw malformed();
  }
}

async function collect(stream: BusboyFileStream, size: SizeRange): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= size.max) chunks.push(chunk);
    else chunks = []; // Read on to the end, but keep nothing.
  }
  if (bytes > size.max) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(bytes),
      MaxSizeAllowed: String(size.max),
    });
  }
  if (bytes < size.min) {
    throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(bytes),
      MinSizeAllowed: String(size.min),
    });
  }
  return Buffer.concat(chunks, bytes);
}

function malformed(): S3Error {
  return new S3Error(
    400,
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  );
}

function tooLong(): S3Error {
  return new S3Error(
    400,
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
  );
}
