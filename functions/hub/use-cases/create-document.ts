import { randomUUID } from 'node:crypto';
import { openDocument } from '../../../shared/lifecycles/document/open-document.ts';
import { toDocument } from '../../../shared/models/document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';
import { checkDocumentQuota } from './check-document-quota.ts';
import { type AnnouncedFile, checkUpload, titleFrom } from './upload-rules.ts';

/** Opens a document that waits for its file, and signs that one upload. @throws APIError QUOTA_EXCEEDED */
export async function createDocument(
  { inTenant, signUpload, quota }: Pick<HubUse, 'inTenant' | 'signUpload' | 'quota'>,
  caller: CreatorCredential,
  file: AnnouncedFile,
) {
  const contentType = checkUpload(file);
  const { creatorId } = caller;
  const place = { creatorId, documentId: randomUUID(), uploadId: randomUUID() };
  const upload = await signUpload({ ...place, contentType, sizeBytes: file.size_bytes });
  const row = await inTenant(caller, async (tables) => {
    await checkDocumentQuota(tables, quota, { sizeBytes: file.size_bytes });
    tables.audit('document.created', place.documentId, ['title', 'filename', 'content_type', 'size_bytes']);
    return openDocument(tables.db, {
      ...place,
      title: file.title ?? titleFrom(file.filename),
      filename: file.filename,
      contentType,
      sizeBytes: file.size_bytes,
      source: 'upload',
    });
  });
  return { document: toDocument(row), upload };
}
