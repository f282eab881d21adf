import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import type { Passage } from '../../repositories/passage.ts';
import type { PassagesTable, WordFindings } from '../../repositories/passages.ts';
import { rankPlaces } from './rank-places.ts';

interface Dependencies {
  readonly database: TenantDatabase;
  readonly passages: (db: Executor, creatorId: string) => Pick<PassagesTable, 'loadAt'>;
}

/**
 * The passages of a search by words, best first: at most `limit` chunks whose words are stored by themselves, and what
 * else was found.
 */
export async function bestByWords(
  { database, passages }: Dependencies,
  creatorId: string,
  { settled, ranked, places }: WordFindings,
  limit: number,
): Promise<Passage[]> {
  const best = rankPlaces(places, limit);
  const loaded =
    best.length > 0 ? await database.readAsTenant(creatorId, (db) => passages(db, creatorId).loadAt(best)) : [];
  const found = [...ranked];
  for (const [place, passage] of loaded.entries()) {
    if (passage) found.push({ ...passage, rank: best[place]?.rank ?? 0 });
  }
  found.sort((a, b) => b.rank - a.rank || (a.chunkId < b.chunkId ? -1 : 1));
  const known = new Set(settled.map(({ chunkId }) => chunkId));
  return [...settled, ...found.filter(({ chunkId }) => !known.has(chunkId))];
}
