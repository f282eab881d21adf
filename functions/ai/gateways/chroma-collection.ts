import type { ChromaClient } from 'chromadb';
import { APIError } from '../../../shared/errors/api-error.ts';
import { UpstreamRefusal } from './upstream-failure.ts';

/**
 * Cosine, and files written early. With the server's defaults a small collection is made anew from the log whenever it is
 * opened, which takes the longer the more collections there are; a file is there at once, but has 32 MB.
 */
const SPACE = { space: 'cosine' as const };
const CONFIGURATIONS = [{ hnsw: { ...SPACE, sync_threshold: 50, batch_size: 25 } }, { hnsw: SPACE }] as const;

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
