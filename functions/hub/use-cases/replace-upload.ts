import { randomUUID } from 'node:crypto';
import { APIError } from '../../../shared/errors/api-error.ts';
import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { readDocument } from '../../../shared/lifecycles/document/read-document.ts';
import { reopenUpload } from '../../../shared/lifecycles/document/reopen-upload.ts';
import { toDocument } from '../../../shared/models/document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import { checkDocumentQuota } from './check-document-quota.ts';
import { type AnnouncedFile, checkUpload } from './upload-rules.ts';

/**
 * Signs the upload of a new version. The document stays as it is until the new file has arrived, and what is live goes
 * on answering until the new version is whole.
 *
 * @throws NotFoundError, or APIError CONFLICT for a page, which is fetched and never uploaded
 */
export async function replaceUpload(
  { inTenant, signUpload, quota }: Pick<HubUse, 'inTenant' | 'signUpload' | 'quota'>,
  caller: CreatorCredential,
  documentId: string,
  file: AnnouncedFile,
) {
  const contentType = checkUpload(file);
  const { creatorId } = caller;
  const uploadId = randomUUID();
  const upload = await signUpload({ creatorId, documentId, uploadId, contentType, sizeBytes: file.size_bytes });
  const row = await inTenant(caller, async (tables) => {
    await checkDocumentQuota(tables, quota, { sizeBytes: file.size_bytes, replaces: documentId });
    const { title, filename } = file;
    const change = {
      uploadId,
      filename,
      contentType,
      sizeBytes: file.size_bytes,
      ...(title !== undefined && { title }),
    };
    const reopened = await reopenUpload(tables.db, creatorId, documentId, change);
    if (!reopened) {
      orNotFound(await readDocument(tables.db, creatorId, documentId));
      throw new APIError('CONFLICT', 'A page has no upload to replace.');
    }
    const fields = ['filename', 'content_type', 'size_bytes', ...(title === undefined ? [] : ['title'])];
    tables.audit('document.upload_reopened', documentId, fields);
    return reopened;
  });
  return { document: toDocument(row), upload };
}
