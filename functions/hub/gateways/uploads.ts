import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { fileKey } from '../../../shared/config/file-keys.ts';

export interface UploadToSign {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/** What a client POSTs as multipart form: the fields in any order, then `file`. */
export interface SignedUpload {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

/**
 * Signs one upload into quarantine: this key, this type and this size only, for 15 minutes. Nothing is sent to S3.
 * The key holds ids alone; a file name never reaches it.
 */
export type SignUpload = (upload: UploadToSign) => Promise<SignedUpload>;

const EXPIRES_IN_SECONDS = 15 * 60;

/** Signs with the credentials of the client. @throws TypeError for ids that are no lower-case UUIDs */
export function openUploads({ s3, bucket }: { s3: S3Client; bucket: string }): SignUpload {
  return async ({ creatorId, documentId, uploadId, contentType, sizeBytes }) => {
    const expiresAt = new Date(Date.now() + EXPIRES_IN_SECONDS * 1_000);
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: fileKey(creatorId, documentId, uploadId),
      Fields: { 'Content-Type': contentType },
      Conditions: [
        ['eq', '$Content-Type', contentType],
        ['content-length-range', sizeBytes, sizeBytes],
      ],
      Expires: EXPIRES_IN_SECONDS,
    });
    return { url, fields, expires_at: expiresAt.toISOString() };
  };
}
