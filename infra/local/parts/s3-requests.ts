import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore } from './fauxqs-engine.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ReportObject } from './object-reports.ts';
import { S3Error, s3ErrorXml } from './s3-error.ts';
import { metadataOf, requireBucket } from './s3-object.ts';
import { readUploadForm } from './upload-form.ts';
import { type AwsCredentials, checkUploadPolicy } from './upload-policy.ts';

/** The first part of the path; S3 is spoken in path style only. */
export function bucketOf(url: string): string {
  return /^\/([^/?]*)/.exec(url)?.[1] ?? '';
}

export function isFormUpload(request: IncomingMessage): boolean {
  const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
  return request.method === 'POST' && isForm && /^\/[^/?]+\/?$/.test(request.url ?? '');
}

/**
 * What keeps pages of other sites out: a name that was bound to 127.0.0.1 from outside, calls without the header of a
 * signature (a page cannot add it unless a rule of the bucket lets it), and keys that leave the folder of the objects.
 * A signature in the address is none: signatures are not checked, and any page can write one into a link.
 * @throws S3Error 403 or 400
 */
export function checkCall(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') throw new S3Error(403, 'AccessDenied', 'Unknown host.');
  if (request.method === 'OPTIONS' || isFormUpload(request)) return;
  const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ');
  if (!signed) throw new S3Error(403, 'AccessDenied', 'Access Denied');
  const source = String(request.headers['x-amz-copy-source'] ?? '');
  if (pathKeepsInside(request.url ?? '/') && pathKeepsInside(source)) return;
  throw new S3Error(400, 'InvalidArgument', 'Keys with the segments "." and ".." are not stored here.');
}

function keepsInside(key: string): boolean {
  return key.split('/').every((segment) => segment !== '.' && segment !== '..' && !segment.includes('\0'));
}

function pathKeepsInside(path: string): boolean {
  try {
    return keepsInside(decodeURIComponent(path.split('?')[0] ?? ''));
  } catch {
    return false;
  }
}

/** A browser's form upload: policy first, then size, then stored and reported, then 204. */
export async function receiveForm(
  request: IncomingMessage,
  response: ServerResponse,
  objects: ObjectStore,
  files: ObjectFiles,
  credentials: AwsCredentials,
  report: ReportObject,
): Promise<void> {
  const bucket = bucketOf(request.url ?? '/');
  const path = files.incoming();
  const { fields, sizeBytes, md5 } = await readUploadForm(request, path, (found) => {
    requireBucket(objects, bucket);
    const size = checkUploadPolicy(found, bucket, credentials);
    const key = found.get('key') ?? '';
    if (key === '' || !keepsInside(key)) throw new S3Error(400, 'InvalidArgument', 'Invalid key.');
    return size;
  });
  const key = fields.get('key') ?? '';
  const object = { bucket, key, contentType: fields.get('content-type'), metadata: metadataOf(fields), sizeBytes, md5 };
  const stored = await files.adopt(path, object);
  await report({ bucket, key, sizeBytes, etag: stored.etag, event: 'Post' });
  const wanted = Number(fields.get('success_action_status'));
  const status = wanted === 200 || wanted === 201 ? wanted : 204;
  response.writeHead(status, { ETag: stored.etag, Location: encodeURI(`/${bucket}/${key}`) }).end();
}

/** Answers in S3's form; what is no S3Error is a fault of the gateway itself. */
export function sendS3Error(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof S3Error
      ? error
      : new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
  if (response.headersSent) return void response.destroy();
  // A body that nobody read would otherwise be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.writeHead(known.status, { 'content-type': 'application/xml' }).end(s3ErrorXml(known));
}
