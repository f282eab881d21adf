import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { listKeys, listVersions, removeVersions } from './bucket-contents.ts';

/** Uploads in quarantine, and clean originals in the library. Other faults than those told here are S3's own. */
export interface FileStore {
  /** Writes an upload that nobody has looked at to `path`. False when it is gone. */
  fetchUpload(key: string, version: string | undefined, path: string, signal: AbortSignal): Promise<boolean>;
  /** Writes a clean original to `path`. False when it is gone. */
  fetchOriginal(key: string, path: string, signal: AbortSignal): Promise<boolean>;
  /** Puts the very bytes that were looked at into the library. */
  storeOriginal(key: string, path: string, contentType: string, signal: AbortSignal): Promise<void>;
  /** Removes every version of everything under the prefix, in quarantine and library. @returns how many */
  removeAll(prefix: string): Promise<number>;
  /** Removes every version of one upload from the quarantine. */
  removeUpload(key: string): Promise<void>;
  /** How many versions of anything are left under the prefix, in quarantine and library; stops counting at a page. */
  countAll(prefix: string): Promise<number>;
  hasOriginal(key: string): Promise<boolean>;
  /** A page of the library under the prefix, in the order of the keys, behind `after`. */
  listOriginals(prefix: string, page: { readonly after?: string; readonly limit: number }): Promise<FilePage>;
  /** Removes every version of these from the library. */
  removeOriginals(keys: readonly string[]): Promise<void>;
}

export interface StoredFile {
  readonly key: string;
  readonly storedAt: Date;
}

export interface FilePage {
  readonly files: readonly StoredFile[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

export interface FileStoreOptions {
  readonly s3: S3Client;
  readonly uploadsBucket: string;
  readonly libraryBucket: string;
}

/** Both buckets. Keys are `creators/{creator_id}/{document_id}/{upload_id}` in either. */
export function openFileStore({ s3, uploadsBucket, libraryBucket }: FileStoreOptions): FileStore {
  return {
    fetchUpload: (key, version, path, signal) => fetchTo(s3, uploadsBucket, key, version, path, signal),
    fetchOriginal: (key, path, signal) => fetchTo(s3, libraryBucket, key, undefined, path, signal),
    async storeOriginal(key, path, contentType, signal) {
      const { size } = await stat(path);
      const body = createReadStream(path);
      await s3.send(
        new PutObjectCommand({
          Bucket: libraryBucket,
          Key: key,
          Body: body,
          ContentLength: size,
          ContentType: contentType,
        }),
        { abortSignal: signal },
      );
    },
    async removeAll(prefix) {
      const [uploads, originals] = await Promise.all([
        removeVersions(s3, uploadsBucket, prefix, () => true),
        removeVersions(s3, libraryBucket, prefix, () => true),
      ]);
      return uploads + originals;
    },
    async removeUpload(key) {
      await removeVersions(s3, uploadsBucket, key, (found) => found === key);
    },
    async countAll(prefix) {
      const pages = [uploadsBucket, libraryBucket].flatMap((bucket) =>
        [listVersions, listKeys].map((list) => list(s3, bucket, prefix, {})),
      );
      return (await Promise.all(pages)).reduce((sum, page) => sum + page.objects.length, 0);
    },
    async hasOriginal(key) {
      try {
        await s3.send(new HeadObjectCommand({ Bucket: libraryBucket, Key: key }));
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
        throw error;
      }
    },
    async listOriginals(prefix, { after, limit }) {
      const command = { Bucket: libraryBucket, Prefix: prefix, MaxKeys: limit, StartAfter: after };
      const page = await s3.send(new ListObjectsV2Command(command));
      const files = (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
        Key === undefined ? [] : [{ key: Key, storedAt: LastModified ?? new Date() }],
      );
      return { files, next: page.IsTruncated ? files.at(-1)?.key : undefined };
    },
    async removeOriginals(keys) {
      for (const key of keys) await removeVersions(s3, libraryBucket, key, (found) => found === key);
    },
  };
}

async function fetchTo(
  s3: S3Client,
  bucket: string,
  key: string,
  version: string | undefined,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(version && { VersionId: version }) });
    const answer = await s3.send(command, { abortSignal: signal });
    await pipeline(answer.Body as Readable, createWriteStream(path), { signal });
    return true;
  } catch (error) {
    const gone = error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === 'NoSuchVersion');
    if (gone) return false;
    throw error;
  }
}
