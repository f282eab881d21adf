const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ID = new RegExp(`^${UUID}$`);
const KEY = new RegExp(`^creators/(${UUID})/(${UUID})/(${UUID})$`);

/** What a key says: ids only, never a file's name. */
export interface FilePlace {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
}

/**
 * Everything of one creator's lies under it, in both buckets.
 *
 * @throws TypeError when `creatorId` is no lower-case UUID
 */
export function creatorPrefix(creatorId: string): string {
  if (!ID.test(creatorId)) throw new TypeError('an S3 key needs the id of a creator');
  return `creators/${creatorId}/`;
}

/** Everything of one document lies under it, in both buckets. @throws TypeError for what is no lower-case UUID */
export function documentPrefix(creatorId: string, documentId: string): string {
  if (!ID.test(documentId)) throw new TypeError('an S3 key needs the id of a document');
  return `${creatorPrefix(creatorId)}${documentId}/`;
}

/** The key of one upload, in either bucket. @throws TypeError for what is no lower-case UUID */
export function fileKey(creatorId: string, documentId: string, uploadId: string): string {
  if (!ID.test(uploadId)) throw new TypeError('an S3 key needs the id of an upload');
  return `${documentPrefix(creatorId, documentId)}${uploadId}`;
}

/** Undefined for everything that `fileKey` does not make. */
export function readFileKey(key: string): FilePlace | undefined {
  const [, creatorId, documentId, uploadId] = KEY.exec(key) ?? [];
  return creatorId && documentId && uploadId ? { creatorId, documentId, uploadId } : undefined;
}
