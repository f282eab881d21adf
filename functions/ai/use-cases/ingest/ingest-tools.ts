import type { WorkQueue } from '../../../../shared/clients/work-queue.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import type { DocumentRow } from '../../../../shared/lifecycles/document/document-row.ts';
import type { DocumentHold } from '../../../../shared/lifecycles/document/report-progress.ts';
import type { AnswerCache } from '../../gateways/answer-cache.ts';
import type { VectorIndex } from '../../gateways/chroma.ts';
import type { DocumentTraces } from '../../gateways/document-traces.ts';
import type { Extractor } from '../../gateways/extractor.ts';
import type { FileStore } from '../../gateways/file-store.ts';
import type { MalwareScanner } from '../../gateways/malware-scanner.ts';
import type { OllamaGateway } from '../../gateways/ollama.ts';
import type { PageFetcher } from '../../gateways/page-fetcher.ts';
import type { Reconciliations } from '../../repositories/reconciliations.ts';

/** What the ingest function works with. */
export interface IngestTools {
  readonly database: TenantDatabase;
  readonly files: FileStore;
  readonly extractor: Extractor;
  readonly malware: MalwareScanner;
  readonly pages: PageFetcher;
  readonly models: Pick<OllamaGateway, 'embed' | 'embeddingModel'>;
  readonly vectors: Pick<
    VectorIndex,
    'ensureCollection' | 'upsert' | 'remove' | 'flush' | 'existing' | 'list' | 'idsOf'
  >;
  readonly answers: Pick<AnswerCache, 'forget'>;
  readonly traces: DocumentTraces;
  readonly reconciliations: (db: Executor, creatorId: string) => Reconciliations;
  /** The ingest's own. */
  readonly queue: Pick<WorkQueue, 'send'>;
}

/** One worker's hold of a document while it works. */
export interface DocumentWork {
  readonly row: DocumentRow;
  readonly hold: DocumentHold;
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
}
