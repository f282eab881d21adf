import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

/** `unsupported`: the scan could not look into the file, for a password or its own limits. */
export const ScanVerdict = z.enum(['clean', 'threat', 'unsupported']);
export type ScanVerdict = z.infer<typeof ScanVerdict>;

/** One version of one upload: what a verdict speaks of. */
export interface ScannedVersion {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  /** Empty where the store keeps no versions. */
  readonly objectVersion: string;
}

/** Verdicts on so many versions of an upload are kept: whoever posts more of them waits for his last ones. */
const MAX_VERSIONS = 20;

/**
 * Keeps a verdict, also when it comes before the upload's own event; a repeat changes nothing, and what is not clean
 * stays so. False when no document waits for this upload.
 */
export async function recordVerdict(db: Executor, version: ScannedVersion, verdict: ScanVerdict): Promise<boolean> {
  const { creatorId, documentId, uploadId, objectVersion } = version;
  const rows = await db.query(
    `insert into scan_verdicts (creator_id, document_id, upload_id, object_version, verdict)
     select d.creator_id, d.id, $3, $4, $5 from documents d
     where d.creator_id = $1 and d.id = $2 and d.deleted_at is null
       and (d.upload_id = $3 and d.status in ('awaiting_upload', 'scanning') or d.next_upload_id = $3)
     on conflict (creator_id, document_id, upload_id, object_version) do update
       set verdict = case scan_verdicts.verdict when 'clean' then excluded.verdict else scan_verdicts.verdict end
     returning verdict`,
    [creatorId, documentId, uploadId, objectVersion, verdict],
  );
  if (rows.length === 0) return false;
  await db.query(
    `delete from scan_verdicts v
     where v.creator_id = $1 and v.document_id = $2 and (
       not exists (
         select from documents d
         where d.creator_id = $1 and d.id = $2 and v.upload_id in (d.upload_id, d.next_upload_id)
       )
       or v.upload_id = $3 and v.object_version not in (
         select n.object_version from scan_verdicts n
         where n.creator_id = $1 and n.document_id = $2 and n.upload_id = $3
         order by n.created_at desc limit ${MAX_VERSIONS}))`,
    [creatorId, documentId, uploadId],
  );
  return true;
}

/** Undefined while the scan has said nothing about this version. */
export async function readVerdict(db: Executor, version: ScannedVersion): Promise<ScanVerdict | undefined> {
  const [row] = await db.query(
    `select verdict from scan_verdicts
     where creator_id = $1 and document_id = $2 and upload_id = $3 and object_version = $4`,
    [version.creatorId, version.documentId, version.uploadId, version.objectVersion],
  );
  return row === undefined ? undefined : ScanVerdict.parse(row.verdict);
}

/** Whether an upload has arrived whose newest version has no verdict yet. */
export async function awaitsVerdict(db: Executor, creatorId: string, documentId: string): Promise<boolean> {
  const rows = await db.query(
    `select d.id from documents d
     where d.creator_id = $1 and d.id = $2 and d.deleted_at is null and d.status = 'scanning' and d.source = 'upload'
       and not exists (
         select from scan_verdicts v where v.creator_id = d.creator_id and v.document_id = d.id
           and v.upload_id = d.upload_id and v.object_version = coalesce(d.object_version, ''))`,
    [creatorId, documentId],
  );
  return rows.length > 0;
}
