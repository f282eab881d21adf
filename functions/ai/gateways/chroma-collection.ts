import type { ChromaClient } from 'chromadb';
import { APIError } from '../../../shared/errors/api-error.ts';
import { UpstreamRefusal } from './upstream-failure.ts';

/** So many changes of a collection, and the server writes its index to its file. */
export const SYNC_THRESHOLD = 50;

/**
 * Cosine, and files written early. With the server's defaults a small collection has none: it is made anew from the log
 * when it is opened, once, and not found any more when it was let go after that.
 */
const SPACE = { space: 'cosine' as const };
const CONFIGURATIONS = [
  { hnsw: { ...SPACE, sync_threshold: SYNC_THRESHOLD, batch_size: SYNC_THRESHOLD / 2 } },
  { hnsw: SPACE },
] as const;

/** What a creator's collection is called. */
export function collectionName(creatorId: string): string {
  return `creator_${creatorId}_knowledge`;
}

/**
 * The creator's collection, made where it is missing.
 *
 * @returns its id
 * @throws whatever the client throws, the server's refusal included
 */
export async function ensureCollection(client: ChromaClient, creatorId: string): Promise<string> {
  const name = collectionName(creatorId);
  let refused: unknown;
  for (const configuration of CONFIGURATIONS) {
    try {
      const collection = await client.getOrCreateCollection({ name, configuration, embeddingFunction: null });
      return collection.id;
    } catch (error) {
      // Servers differ in what they let a client tune; the space alone is understood by all.
      if (!(error instanceof APIError) || !isRefusal(error)) throw error;
      refused = error;
    }
  }
  throw refused;
}

function isRefusal(error: APIError): boolean {
  const status = error.cause instanceof UpstreamRefusal ? error.cause.status : 0;
  return status >= 400 && status < 500;
}
