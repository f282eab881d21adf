import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { S3Error } from './s3-error.ts';
import type { FormFields, SizeRange } from './upload-policy.ts';

const MOST_FIELDS = 50;
const FIELDS_LIMIT_BYTES = 20_480;

export interface UploadedForm {
  readonly fields: FormFields;
  readonly sizeBytes: number;
  readonly md5: string;
}

/**
 * Reads a form upload, its file into `path`. `allow` sees all fields before the first byte of the file and tells the
 * sizes allowed; what comes after the file is ignored, as S3 does. A refused form is still read to its end, so that
 * browsers get to see the answer, but nothing of it is kept.
 * @throws S3Error for what `allow` refuses, wrong sizes and malformed forms
 */
export async function readUploadForm(
  request: IncomingMessage,
  path: string,
  allow: (fields: FormFields) => SizeRange,
): Promise<UploadedForm> {
  try {
    return await read(request, path, allow);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function read(request: IncomingMessage, path: string, allow: (fields: FormFields) => SizeRange): Promise<UploadedForm> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let saving: Promise<SavedFile> | undefined;
    let problem: unknown;
    const refuse = (error: unknown) => {
      problem ??= error;
    };
    let file: BusboyFileStream | undefined;
    // The file is closed before the caller removes it; one whose sender hung up would otherwise be waited for.
    const fail = (error: unknown) => {
      file?.destroy();
      Promise.allSettled([saving]).then(() => reject(error));
    };
    const form = openForm(request);
    form.on('field', (name, value, nameCut, valueCut) => {
      if (saving !== undefined) return;
      if (nameCut || valueCut) refuse(tooLong());
      if (fields.has(name.toLowerCase())) refuse(new S3Error(400, 'InvalidArgument', `Duplicate field ${name}.`));
      fields.set(name.toLowerCase(), value);
    });
    form.on('fieldsLimit', () => refuse(tooLong()));
    form.on('file', (_name, stream) => {
      stream.on('error', refuse); // Also when nobody reads it any more: unheard, it would end the process.
      if (saving !== undefined || problem !== undefined) return void stream.resume();
      try {
        const size = allow(fields);
        file = stream;
        saving = save(stream, path, size);
        saving.catch(refuse);
      } catch (error) {
        refuse(error);
        stream.resume();
      }
    });
    form.on('error', () => fail(problem ?? malformed()));
    form.on('finish', () => {
      if (problem !== undefined) return fail(problem);
      if (saving === undefined) {
        return fail(new S3Error(400, 'InvalidArgument', 'POST requires exactly one file upload per request.'));
      }
      saving.then((saved) => resolve({ fields, ...saved }), fail);
    });
    request.once('aborted', () => form.destroy(malformed()));
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

interface SavedFile {
  readonly sizeBytes: number;
  readonly md5: string;
}

async function save(stream: BusboyFileStream, path: string, size: SizeRange): Promise<SavedFile> {
  const hash = createHash('md5');
  let sizeBytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of stream) {
      sizeBytes += chunk.length;
      if (sizeBytes > size.max) continue; // Read on to the end, but keep nothing more.
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  if (sizeBytes > size.max) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(sizeBytes),
      MaxSizeAllowed: String(size.max),
    });
  }
  if (sizeBytes < size.min) {
    throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(sizeBytes),
      MinSizeAllowed: String(size.min),
    });
  }
  return { sizeBytes, md5: hash.digest('hex') };
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
