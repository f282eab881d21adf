import { randomUUID } from 'node:crypto';
import type { VectorIndex } from '../../functions/ai/gateways/chroma.ts';
import type { OllamaGateway } from '../../functions/ai/gateways/ollama.ts';
import { cutChunks } from '../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { chunkId } from '../../shared/lifecycles/document/chunk-id.ts';
import type { NewChunk } from '../../shared/lifecycles/document/chunk-rows.ts';
import { rememberCollection } from '../../shared/lifecycles/document/knowledge.ts';
import { openDocument } from '../../shared/lifecycles/document/open-document.ts';
import { publishDocument } from '../../shared/lifecycles/document/publish-document.ts';
import type { TextBlock } from '../../shared/models/extraction.ts';
import type { TestDatabase } from './test-database.ts';

export interface SourceText {
  readonly title: string;
  /** Paragraphs parted by empty lines; a line that begins with # opens a section. */
  readonly text: string;
  readonly pageUrl?: string;
}

export interface KnowledgeBase {
  readonly creatorId: string;
  readonly database: TenantDatabase;
  /** Publishes a document, vectors included, by the life cycle's own steps. @returns the document's id */
  add(source: SourceText, chunkTokens?: number): Promise<string>;
  close(): Promise<void>;
}

export interface KnowledgeBaseOptions {
  readonly database: TestDatabase;
  readonly ollama: Pick<OllamaGateway, 'embed' | 'embeddingModel'>;
  readonly vectors: Pick<VectorIndex, 'ensureCollection' | 'upsert'>;
}

/** A new creator with documents that answer questions, without the way through S3. */
export async function openKnowledgeBase(options: KnowledgeBaseOptions): Promise<KnowledgeBase> {
  const { ollama, vectors } = options;
  const creatorId = randomUUID();
  const authPool = openPool(options.database.urlFor('auth'));
  await openTenantDatabase(authPool).withTenant(creatorId, (db) =>
    db.query(
      `insert into creators (id, email, display_name, status, password_hash, pepper_version)
       values ($1, $2, 'A creator', 'active', 'none', 1)`,
      [creatorId, `${creatorId}@example.test`],
    ),
  );
  await authPool.end();
  const pool = openPool(options.database.urlFor('ai'));
  const database = openTenantDatabase(pool);

  const add = async (source: SourceText, chunkTokens = 1_000): Promise<string> => {
    const documentId = randomUUID();
    const hold = { creatorId, documentId, generation: 1, workerId: randomUUID() };
    const chunks: NewChunk[] = [];
    const limits = { chunkTokens, overlapTokens: Math.floor(chunkTokens / 5) };
    for await (const chunk of cutChunks(blocksOf(source.text), limits)) {
      chunks.push({ ...chunk, id: chunkId(documentId, 1, chunk.index) });
    }
    const embeddings = await ollama.embed(
      chunks.map((chunk) => chunk.text),
      'document',
    );
    const collectionId = await vectors.ensureCollection(creatorId);
    const createdAt = new Date().toISOString();
    await vectors.upsert(
      collectionId,
      chunks.map((chunk, place) => ({
        ...{ id: chunk.id, documentId, chunkIndex: chunk.index, creatorId, source: 'upload', createdAt },
        embedding: embeddings[place] ?? [],
      })),
    );
    await database.withTenant(creatorId, async (db) => {
      await rememberCollection(db, creatorId, collectionId, ollama.embeddingModel);
      await openDocument(db, {
        ...{ creatorId, documentId, uploadId: randomUUID(), title: source.title, filename: 'text.md' },
        ...{ contentType: 'text/markdown', sizeBytes: source.text.length, source: 'upload' },
        ...(source.pageUrl !== undefined && { pageUrl: source.pageUrl }),
      });
      await db.query(
        `update documents set status = 'processing', generation = 1, lease_owner = $3
         where creator_id = $1 and id = $2`,
        [creatorId, documentId, hold.workerId],
      );
      await publishDocument(db, hold, { chunks, embeddingModel: ollama.embeddingModel });
    });
    return documentId;
  };
  return { creatorId, database, add, close: () => pool.end() };
}

/** Section by section, headings with their text, as the extractor reads Markdown. */
async function* blocksOf(text: string): AsyncGenerator<TextBlock> {
  for (const section of text.split(/\n+(?=#)/)) {
    const heading = /^#+ (.*)/.exec(section)?.[1];
    yield { type: 'block', text: section.trim(), ...(heading !== undefined && { heading_path: [heading] }) };
  }
}
