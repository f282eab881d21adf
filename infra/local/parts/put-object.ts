import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore } from './fauxqs-engine.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ReportObject } from './object-reports.ts';
import { S3Error } from './s3-error.ts';
import { addressOf, metadataOf, requireBucket } from './s3-object.ts';

/** Headers that ask for more than bytes with a type and a description of the caller's own; `x-amz-` ones but for these. */
const WANTS_MORE = /^(?:if-|cache-control$|expires$|content-(?:encoding|language|disposition|md5)$)/;
const PLAIN_AMZ = /^x-amz-(?:meta-.+|date|user-agent|security-token|content-sha256)$/;

/**
 * A PUT of an object whose bytes come as they are. The engine does the others, and takes no body of more than 11 MiB:
 * what is as large as an upload may be goes past it.
 */
export function isPlainPut(request: IncomingMessage): boolean {
  if (request.method !== 'PUT') return false;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const isSigned = (name: string) => name === 'x-id' || name.startsWith('X-Amz-');
  if (!/^\/[^/]+\/./.test(url.pathname) || ![...url.searchParams.keys()].every(isSigned)) return false;
  if (String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-')) return false;
  return Object.keys(request.headers).every(
    (name) => !WANTS_MORE.test(name) && (!name.startsWith('x-amz-') || PLAIN_AMZ.test(name)),
  );
}

/**
 * PutObject, bit by bit into a file, which becomes the object once it is whole.
 * @throws S3Error 404 for an unknown bucket, 411 without a length, 400 for fewer bytes than announced
 */
export async function putObject(
  request: IncomingMessage,
  response: ServerResponse,
  objects: ObjectStore,
  files: ObjectFiles,
  report: ReportObject,
): Promise<void> {
  const { bucket, key } = addressOf(request.url ?? '/');
  requireBucket(objects, bucket);
  const sizeBytes = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const file = files.incoming();
  try {
    const md5 = await save(request, file, sizeBytes);
    const metadata = metadataOf(Object.entries(request.headers));
    const object = { bucket, key, contentType: request.headers['content-type'], metadata };
    const { etag } = await files.adopt(file, { ...object, sizeBytes, md5 });
    await report({ bucket, key, sizeBytes, etag, event: 'Put' });
    response.writeHead(200, { ETag: etag }).end();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function save(request: IncomingMessage, path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('md5');
  let received = 0;
  const file = await open(path, 'wx');
  try {
    for await (const bytes of request as AsyncIterable<Buffer>) {
      received += bytes.length;
      hash.update(bytes);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  if (received === sizeBytes) return hash.digest('hex');
  throw new S3Error(400, 'IncompleteBody', 'You did not provide the number of bytes specified by Content-Length.');
}
