import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import {
  clearWords,
  findWordless,
  holdLive,
  PASSAGES_AT_ONCE,
  storeWords,
  trustWords,
  type WordlessDocument,
} from '../../../../shared/lifecycles/document/chunk-words.ts';

/**
 * Stores the words of documents that were published without them, one after the other, as long as `goesOn`. Each in short
 * transactions, so that no other change of the document waits for long; the last one makes them count.
 */
export async function storeMissingWords(
  database: TenantDatabase,
  creatorId: string,
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    const document = await database.readAsTenant(creatorId, (db) => findWordless(db, creatorId));
    if (document === undefined) return;
    await storeAll(database, document);
  }
}

async function storeAll(database: TenantDatabase, document: WordlessDocument): Promise<void> {
  const whileLive = (write: (db: Executor) => Promise<void>) =>
    database.withTenant(document.creatorId, async (db) => {
      const isLive = await holdLive(db, document);
      if (isLive) await write(db);
      return isLive;
    });
  if (!(await whileLive((db) => clearWords(db, document)))) return;
  for (let first = 0; first < document.chunkCount; first += PASSAGES_AT_ONCE) {
    const end = Math.min(first + PASSAGES_AT_ONCE, document.chunkCount);
    if (!(await whileLive((db) => storeWords(db, document, first, end)))) return;
  }
  await whileLive((db) => trustWords(db, document));
}
