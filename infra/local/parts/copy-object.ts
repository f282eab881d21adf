import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore } from './fauxqs-engine.ts';
import type { ObjectFiles, StoredObject } from './object-files.ts';
import type { ReportObject } from './object-reports.ts';
import { S3Error } from './s3-error.ts';
import { addressOf, requireBucket } from './s3-object.ts';

/** A plain copy, without conditions and with the source's own description; the engine does the others. */
export function isPlainCopy(request: IncomingMessage): boolean {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-copy-source'));
  const keepsDescription = request.headers['x-amz-metadata-directive'] !== 'REPLACE';
  const isPart = /[?&]partNumber=/.test(request.url ?? '');
  return request.method === 'PUT' && names.join() === 'x-amz-copy-source' && keepsDescription && !isPart;
}

/**
 * CopyObject, file to file.
 * @throws S3Error 404 when the source or the bucket is not there
 */
export async function copyObject(
  request: IncomingMessage,
  response: ServerResponse,
  objects: ObjectStore,
  files: ObjectFiles,
  report: ReportObject,
): Promise<void> {
  const { bucket, key } = addressOf(request.url ?? '/');
  const source = addressOf(`/${String(request.headers['x-amz-copy-source']).replace(/^\//, '')}`);
  requireBucket(objects, bucket);
  const stored = await files.copy({ ...find(objects, source), bucket: source.bucket }, bucket, key);
  await report({ bucket, key, sizeBytes: stored.contentLength, etag: stored.etag, event: 'Copy' });
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<CopyObjectResult><LastModified>${stored.lastModified.toISOString()}</LastModified><ETag>${stored.etag}</ETag></CopyObjectResult>`,
  );
}

function find(objects: ObjectStore, { bucket, key }: ReturnType<typeof addressOf>): StoredObject {
  try {
    return objects.headObject(bucket, key);
  } catch {
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  }
}
