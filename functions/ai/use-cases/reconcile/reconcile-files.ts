import { creatorPrefix, fileKey, readFileKey } from '../../../../shared/config/file-keys.ts';
import { listKeptOriginals, readFileOwners } from '../../../../shared/lifecycles/document/reconcile-document.ts';
import type { ReconcileTools, StepPage, StepWork } from './reconcile-knowledge.ts';

const FILES_PER_PAGE = 200;
const DOCUMENTS_PER_PAGE = 50;
/** A file is stored a moment before its row says so; nothing younger is touched. */
const YOUNG_MS = 3_600_000;

/** Removes originals that no document owns: replaced ones, and what a crash left behind. */
export async function removeStrayFiles(tools: ReconcileTools, work: StepWork): Promise<StepPage> {
  const { creatorId, position: after } = work;
  const page = await tools.files.listOriginals(creatorPrefix(creatorId), {
    ...(after && { after }),
    limit: FILES_PER_PAGE,
  });
  const files = page.files.flatMap((file) => {
    // What lies elsewhere in the library is not a document's.
    const place = readFileKey(file.key);
    return place ? [{ ...file, ...place }] : [];
  });
  const owners = await tools.database.readAsTenant(creatorId, (db) =>
    readFileOwners(db, creatorId, [...new Set(files.map((file) => file.documentId))]),
  );
  const strays = files.filter(
    ({ documentId, uploadId, storedAt }) =>
      !owners.get(documentId)?.includes(uploadId) && storedAt.getTime() < Date.now() - YOUNG_MS,
  );
  await tools.files.removeOriginals(strays.map((file) => file.key));
  return { next: page.next, found: { files: strays.length } };
}

/** Names documents that answer, or should, and whose original is gone: they cannot be read again. */
export async function tellLostOriginals(tools: ReconcileTools, work: StepWork): Promise<StepPage> {
  const { creatorId, position: after } = work;
  const kept = await tools.database.readAsTenant(creatorId, (db) =>
    listKeptOriginals(db, creatorId, { after, limit: DOCUMENTS_PER_PAGE }),
  );
  const there = await Promise.all(
    kept.map(({ documentId, uploadId }) => tools.files.hasOriginal(fileKey(creatorId, documentId, uploadId))),
  );
  const lostOriginals = kept.filter((_, place) => !there[place]).map(({ documentId }) => documentId);
  const next = kept.length === DOCUMENTS_PER_PAGE ? kept.at(-1)?.documentId : undefined;
  return { next, found: { lost: lostOriginals.length }, lostOriginals };
}
