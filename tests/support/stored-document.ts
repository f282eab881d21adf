import { serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { endpoints } from './host-under-test.ts';

export interface StoredDocument {
  /** Generations that the stored passages belong to. */
  readonly generations: readonly number[];
  readonly liveGeneration: number | null;
  readonly chunks: number;
  readonly vectors: number;
}

/** What lies of a document in Postgres and in the vector index of the host under test. */
export async function storedDocument(creatorId: string, documentId: string): Promise<StoredDocument> {
  const pool = openPool(serviceDatabaseUrl(endpoints().database_url, 'ai'), { maxConnections: 1 });
  try {
    const [[document], chunks] = await openTenantDatabase(pool).withTenant(creatorId, (db) =>
      Promise.all([
        db.query('select live_generation from documents where creator_id = $1 and id = $2', [creatorId, documentId]),
        db.query('select generation from chunks where creator_id = $1 and document_id = $2', [creatorId, documentId]),
      ]),
    );
    return {
      generations: [...new Set(chunks.map((chunk) => Number(chunk.generation)))],
      liveGeneration: document?.live_generation as number | null,
      chunks: chunks.length,
      vectors: await countVectors(creatorId, documentId),
    };
  } finally {
    await pool.end();
  }
}

async function countVectors(creatorId: string, documentId: string): Promise<number> {
  const collections = `${endpoints().chroma_url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const listed = (await (await fetch(collections)).json()) as { id: string; name: string }[];
  const collection = listed.find(({ name }) => name === `creator_${creatorId}_knowledge`);
  if (!collection) return 0;
  const found = await fetch(`${collections}/${collection.id}/get`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ where: { document_id: documentId }, include: [] }),
  });
  return ((await found.json()) as { ids: string[] }).ids.length;
}
