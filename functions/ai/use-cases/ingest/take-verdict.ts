import { recordVerdict } from '../../../../shared/lifecycles/document/scan-verdict.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { IngestTools } from './ingest-tools.ts';
import type { ScannedFile } from './read-ingest-message.ts';

/** False when nothing is to be done now: nobody has looked, or no document waits for this upload. */
export async function takeVerdict(tools: IngestTools, scanned: ScannedFile): Promise<boolean> {
  const { creatorId, documentId, uploadId, verdict, told } = scanned;
  if (scanned.bucket !== tools.malware.verdictsOn) {
    log.info('scan result ignored', { document_id: documentId, reason: 'nobody waits for verdicts on this bucket' });
    return false;
  }
  if (verdict === undefined) {
    // It waits for another look until its deadline; whoever operates this finds out why nobody could look.
    log.warn('the malware scan did not look at an upload', { document_id: documentId, told });
    return false;
  }
  const version = { creatorId, documentId, uploadId, objectVersion: scanned.objectVersion };
  const recorded = await tools.database.withTenant(creatorId, (db) => recordVerdict(db, version, verdict));
  if (recorded) return true;
  if (verdict === 'threat') log.security('threat_in_settled_upload', { document_id: documentId });
  else log.info('scan result ignored', { document_id: documentId, reason: 'no document waits for this upload' });
  return false;
}
