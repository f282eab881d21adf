import type { Passage } from '../../functions/ai/repositories/passage.ts';
import { passagesTable } from '../../functions/ai/repositories/passages.ts';
import { bestByWords } from '../../functions/ai/use-cases/retrieve/best-by-words.ts';
import type { TenantDatabase } from '../../shared/database/tenant-database.ts';

/** The full text search alone, best first. */
export async function searchByWords(
  database: TenantDatabase,
  creatorId: string,
  prefixes: readonly string[],
  limit: number,
): Promise<Passage[]> {
  const found = await database.readAsTenant(creatorId, (db) => passagesTable(db, creatorId).search(prefixes, limit));
  return bestByWords({ database, passages: passagesTable }, creatorId, found, limit);
}
