import type { Quota } from '../../../shared/config/quota.ts';
import { APIError } from '../../../shared/errors/api-error.ts';
import { readDocumentUsage } from '../../../shared/lifecycles/document/document-usage.ts';
import type { HubTables } from '../repositories/hub-tables.ts';

/**
 * Whether one more file has room; `replaces` names the document whose file it takes the place of.
 *
 * @throws APIError QUOTA_EXCEEDED
 */
export async function checkDocumentQuota(
  tables: Pick<HubTables, 'db' | 'creatorId'>,
  quota: Quota,
  file: { readonly sizeBytes: number; readonly replaces?: string },
): Promise<void> {
  const used = await readDocumentUsage(tables.db, tables.creatorId, file.replaces);
  if (used.documents >= quota.documents) {
    throw new APIError('QUOTA_EXCEEDED', `No more than ${quota.documents} documents are kept. Delete some first.`, {
      details: { max_documents: quota.documents },
    });
  }
  if (used.bytes + file.sizeBytes > quota.documentBytes) {
    throw new APIError('QUOTA_EXCEEDED', 'The room for documents is used up. Delete some first.', {
      details: { max_bytes: quota.documentBytes, used_bytes: used.bytes },
    });
  }
}
