import { documentPrefix } from '../../../../shared/config/file-keys.ts';
import { recordErasure } from '../../../../shared/database/erasure-receipts.ts';
import { listCitingConversations, redactDocument } from '../../../../shared/lifecycles/conversation/redact-document.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import {
  buryDocument,
  countRowsNaming,
  forgetRequests,
  readTombstone,
  type Tombstone,
} from '../../../../shared/lifecycles/document/collect-document.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { IngestTools } from '../ingest/ingest-tools.ts';
import { removeVectorSets, unlessGone } from './collect-stale-vectors.ts';

export type CollectTools = Pick<IngestTools, 'database' | 'files' | 'vectors' | 'traces'>;

interface Removed {
  readonly files: number;
  readonly vectors: number;
  readonly answers: number;
  readonly conversationIds: readonly string[];
}

const VECTORS_AT_ONCE = 1_000;

/**
 * Removes what a deleted document leaves: files in both buckets with all versions, vectors, remembered answers and
 * frames, the answers that cite it, and last the row, which is the reason to try again. Then each store is searched;
 * only where nothing is left is the row removed and the receipt written, in one transaction. Steps aside while a worker
 * holds the document, or a question that was asked before the deletion is being answered. Safe to repeat.
 *
 * @throws Error when something is left, to be tried again
 */
export async function collectDocument(tools: CollectTools, creatorId: string, documentId: string): Promise<void> {
  const tombstone = await tools.database.withTenant(creatorId, (db) => readTombstone(db, creatorId, documentId));
  if (!tombstone) return;
  const removed = await removeEverything(tools, creatorId, documentId, tombstone);
  await assertNothingLeft(tools, creatorId, documentId, tombstone, removed);
  const buried = await bury(tools, creatorId, documentId, tombstone, removed);
  const { conversationIds: _, ...counts } = removed;
  if (buried) log.info('document collected', { document_id: documentId, ...counts });
}

async function removeEverything(
  tools: CollectTools,
  creatorId: string,
  documentId: string,
  { sets }: Tombstone,
): Promise<Removed> {
  const files = await tools.files.removeAll(documentPrefix(creatorId, documentId));
  await removeVectorSets(tools, creatorId, documentId, sets);
  const strays = await removeByDocument(tools, creatorId, documentId);
  // The frames go before the answers do: what names the conversations is there until they are gone.
  const conversationIds = await tools.database.withTenant(creatorId, (db) =>
    listCitingConversations(db, creatorId, documentId),
  );
  await tools.traces.remove(creatorId, conversationIds);
  const answers = await tools.database.withTenant(creatorId, async (db) => {
    await forgetRequests(db, creatorId, documentId);
    return redactDocument(db, creatorId, documentId);
  });
  const vectors = strays + sets.reduce((sum, set) => sum + set.reserved, 0);
  return { files, vectors, answers, conversationIds };
}

/** Whatever the index itself says is the document's, also where no set tells of it. */
async function removeByDocument(tools: CollectTools, creatorId: string, documentId: string): Promise<number> {
  const { collectionId } = await tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId));
  if (collectionId === undefined) return 0;
  for (let removed = 0; ; ) {
    const ids = (await tools.vectors.idsOf(collectionId, documentId, VECTORS_AT_ONCE).catch(unlessGone)) ?? [];
    if (ids.length === 0) return removed;
    await tools.vectors.remove(collectionId, ids);
    removed += ids.length;
  }
}

async function assertNothingLeft(
  tools: CollectTools,
  creatorId: string,
  documentId: string,
  { sets }: Tombstone,
  { conversationIds }: Removed,
): Promise<void> {
  const { collectionId } = await tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId));
  const ids = sets.flatMap(({ generation, reserved }) =>
    Array.from({ length: reserved }, (_, index) => chunkId(documentId, generation, index)),
  );
  const [files, redis, byId, byDocument] = await Promise.all([
    tools.files.countAll(documentPrefix(creatorId, documentId)),
    tools.traces.count(creatorId, documentId, conversationIds),
    collectionId === undefined ? undefined : tools.vectors.existing(collectionId, ids).catch(unlessGone),
    collectionId === undefined ? undefined : tools.vectors.idsOf(collectionId, documentId, 1).catch(unlessGone),
  ]);
  const left = { files, redis, vectors: (byId?.size ?? 0) + (byDocument?.length ?? 0) };
  if (Object.values(left).some((count) => count > 0)) {
    throw new Error(`a deleted document is not gone yet: ${JSON.stringify(left)}`);
  }
}

async function bury(
  tools: CollectTools,
  creatorId: string,
  documentId: string,
  { deletedAt }: Tombstone,
  removed: Removed,
): Promise<boolean> {
  return tools.database.withTenant(creatorId, async (db) => {
    if (!(await buryDocument(db, creatorId, documentId))) return false;
    const rows = await countRowsNaming(db, creatorId, documentId);
    if (rows > 0) throw new Error(`${rows} rows still name a deleted document`);
    await recordErasure(db, {
      creatorId,
      subjectKind: 'document',
      subjectId: documentId,
      requestedAt: deletedAt,
      findings: {
        postgres: { looked_for: 'rows that name the document', removed: removed.answers, found: 0 },
        vectors: { looked_for: 'vectors by id and by document', removed: removed.vectors, found: 0 },
        files: { looked_for: 'objects and versions in both buckets', removed: removed.files, found: 0 },
        redis: { looked_for: 'remembered answers and frames that name the document', found: 0 },
      },
    });
    return true;
  });
}
