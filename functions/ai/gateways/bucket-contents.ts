import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A page of what a bucket holds. */
export interface BucketPage {
  readonly objects: readonly { Key: string; VersionId?: string }[];
  /** Where the next page begins; undefined at the end. */
  readonly next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined;
}

/**
 * Removes every version of what is under the prefix and meant. Versions first, for deleting a key alone would leave one
 * more; then what a store without versions still shows.
 *
 * @returns how many
 * @throws Error when the store could not remove one
 */
export async function removeVersions(
  s3: S3Client,
  bucket: string,
  prefix: string,
  isMeant: (key: string) => boolean,
): Promise<number> {
  let removed = 0;
  for (const list of [listVersions, listKeys]) {
    let from: BucketPage['next'] = {};
    while (from) {
      const page: BucketPage = await list(s3, bucket, prefix, from);
      const meant = page.objects.filter(({ Key }) => isMeant(Key));
      if (meant.length > 0) await removeObjects(s3, bucket, meant);
      removed += meant.length;
      from = page.next;
    }
  }
  return removed;
}

/** A page of versions and delete markers, from `from` on (`{}`: the first). */
export async function listVersions(
  s3: S3Client,
  bucket: string,
  prefix: string,
  from: BucketPage['next'],
): Promise<BucketPage> {
  const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }));
  const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ Key, VersionId }) =>
    Key === undefined ? [] : [{ Key, ...(VersionId && { VersionId }) }],
  );
  const next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  return { objects, next: page.IsTruncated ? next : undefined };
}

/** As `listVersions`, of what is there at present. */
export async function listKeys(
  s3: S3Client,
  bucket: string,
  prefix: string,
  from: BucketPage['next'],
): Promise<BucketPage> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: from?.KeyMarker }));
  const objects = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
  return { objects, next: page.IsTruncated ? { KeyMarker: objects.at(-1)?.Key } : undefined };
}

async function removeObjects(s3: S3Client, bucket: string, objects: BucketPage['objects']): Promise<void> {
  const answer = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [...objects], Quiet: true } }),
  );
  const [failed] = answer.Errors ?? [];
  if (failed) throw new Error(`an object could not be removed: ${failed.Code}`);
}
