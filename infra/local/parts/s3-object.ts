import type { ObjectStore } from './fauxqs-engine.ts';
import { S3Error } from './s3-error.ts';

/** Where an object lies, from the path of a request; S3 is spoken in path style only. */
export function addressOf(url: string): { readonly bucket: string; readonly key: string } {
  const [bucket = '', ...key] = (url.slice(1).split('?')[0] ?? '').split('/').map(decodeURIComponent);
  return { bucket, key: key.join('/') };
}

/** @throws S3Error 404 */
export function requireBucket(objects: ObjectStore, bucket: string): void {
  if (!objects.hasBucket(bucket)) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
}

/** What a caller says of its object, from headers or the fields of a form. */
export function metadataOf(named: Iterable<readonly [string, unknown]>): Record<string, string> {
  const prefix = 'x-amz-meta-';
  const found = [...named].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), String(value)]));
}
