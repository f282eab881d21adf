import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { UnscannedDocumentError } from '../../../shared/errors/unscanned-document-error.ts';
import type { DocumentRow } from '../../../shared/lifecycles/document/document-row.ts';
import { awaitsVerdict, readVerdict } from '../../../shared/lifecycles/document/scan-verdict.ts';
import { type MalwareScanner, malwareFound, ScannerUnavailableError } from './malware-scanner.ts';

/**
 * Amazon GuardDuty Malware Protection for S3: it looks at every upload by itself and tells its verdict by an event,
 * which is kept in Postgres. Pages never lie in the bucket that it looks at: they are text, and the extractor's own
 * checks decide about them.
 */
export function openGuardDuty(options: {
  readonly database: TenantDatabase;
  readonly uploadsBucket: string;
}): MalwareScanner {
  const { database, uploadsBucket } = options;
  const verdictOn = (row: DocumentRow) => {
    const version = {
      creatorId: row.creator_id,
      documentId: row.id,
      uploadId: row.upload_id,
      objectVersion: row.object_version ?? '',
    };
    return database.readAsTenant(row.creator_id, (db) => readVerdict(db, version));
  };
  return {
    verdictsOn: uploadsBucket,
    awaits: (creatorId, documentId) =>
      database.readAsTenant(creatorId, (db) => awaitsVerdict(db, creatorId, documentId)),
    async refuseKnown(row) {
      if (row.source !== 'page' && (await verdictOn(row)) === 'threat') throw malwareFound('');
    },
    async scan(row) {
      if (row.source === 'page') return;
      const verdict = await verdictOn(row);
      if (verdict === 'clean') return;
      if (verdict === 'threat') throw malwareFound('');
      if (verdict === 'unsupported') throw new UnscannedDocumentError();
      throw new ScannerUnavailableError('GuardDuty has not told its verdict on this version yet');
    },
  };
}
