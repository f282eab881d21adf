/** Everything of one document lies under it, in both buckets. Ids only, never a file's name. */
export function documentPrefix(creatorId: string, documentId: string): string {
  return `creators/${creatorId}/${documentId}/`;
}

export function fileKey(creatorId: string, documentId: string, uploadId: string): string {
  return `${documentPrefix(creatorId, documentId)}${uploadId}`;
}
