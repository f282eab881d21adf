import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import { type FoundPassage, type RetrieveDependencies, retrievePassages } from './retrieve-passages.ts';
import { widenQuery } from './widen-query.ts';

/** Passages for a query, best first; a search that was answered is counted, whatever it found. */
export async function searchAndCount(
  retrieval: RetrieveDependencies,
  database: TenantDatabase,
  creatorId: string,
  { query, limit }: { readonly query: string; readonly limit: number },
): Promise<readonly FoundPassage[]> {
  const { passages } = await retrievePassages(retrieval, { creatorId, query: widenQuery(query, []), count: limit });
  await database.changeAtOnce(creatorId, (db) => countUsage(db, creatorId, { searches: 1 }));
  return passages;
}
