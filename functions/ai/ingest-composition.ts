import { S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import { openRedis } from '../../shared/clients/redis.ts';
import { openWorkQueue } from '../../shared/clients/work-queue.ts';
import type { AiEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openAnswerCache } from './gateways/answer-cache.ts';
import { openVectorIndex } from './gateways/chroma.ts';
import { openClamd } from './gateways/clamd.ts';
import { openDocumentTraces } from './gateways/document-traces.ts';
import { openExtractor } from './gateways/extractor.ts';
import { openFileStore } from './gateways/file-store.ts';
import { openGuardDuty } from './gateways/guardduty.ts';
import { builtInOnly, type MalwareScanner } from './gateways/malware-scanner.ts';
import { openOllama } from './gateways/ollama.ts';
import { openPageFetcher } from './gateways/page-fetcher.ts';
import { openDueWork } from './repositories/due-work.ts';
import { openReconciliations } from './repositories/reconciliations.ts';
import type { IngestTools } from './use-cases/ingest/ingest-tools.ts';
import type { SweepTools } from './use-cases/sweep/send-due-work.ts';

type Env = z.output<typeof AiEnv>;

/** Builds what the ingest function works with, once per instance. */
export function openIngest(env: Env): IngestTools {
  const redis = openRedis(env.REDIS_URL);
  openFleetMetrics(redis); // From here on what is counted is carried to the fleet.
  // Embeddings and upserts give the same result however often they are asked for.
  const isRepeatable = () => true;
  const database = openTenantDatabase(
    openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE, statementTimeoutMs: 30_000 }),
  );
  return {
    database,
    malware: openMalwareScanner(env, database),
    files: openFileStore({
      s3: new S3Client({
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        forcePathStyle: env.AWS_ENDPOINT_URL !== undefined,
      }),
      uploadsBucket: env.UPLOADS_BUCKET,
      libraryBucket: env.LIBRARY_BUCKET,
    }),
    extractor: openExtractor({ program: env.EXTRACTOR_PROGRAM }),
    pages: openPageFetcher(),
    models: openOllama({
      url: env.OLLAMA_URL,
      chatModel: env.CHAT_MODEL,
      embeddingModel: env.EMBEDDING_MODEL,
      http: openHttpClient({ name: 'ollama', timeoutMs: 60_000, isRepeatable, redis }),
    }),
    answers: openAnswerCache({ redis }),
    traces: openDocumentTraces({ redis }),
    reconciliations: openReconciliations,
    queue: openWorkQueue(env.INGEST_QUEUE_URL),
    vectors: openVectorIndex({
      url: env.CHROMA_URL,
      http: openHttpClient({ name: 'chroma', isRepeatable, redis }),
    }),
  };
}

function openMalwareScanner(env: Env, database: TenantDatabase): MalwareScanner {
  if (env.MALWARE_SCANNER === 'guardduty') return openGuardDuty({ database, uploadsBucket: env.UPLOADS_BUCKET });
  if (env.MALWARE_SCANNER === 'clamd') return openClamd({ address: env.CLAMD_ADDRESS });
  return builtInOnly;
}

/** Builds what the sweeper works with, once per instance. */
export function openSweep(env: Env): SweepTools {
  openFleetMetrics(openRedis(env.REDIS_URL)); // What it ends is counted like what the workers end.
  const pool = openPool(env.DATABASE_URL, { maxConnections: 2, statementTimeoutMs: 10_000 });
  return {
    database: openTenantDatabase(pool),
    due: openDueWork(pool, env.EMBEDDING_MODEL),
    reconciliations: openReconciliations,
    ingestQueue: openWorkQueue(env.INGEST_QUEUE_URL),
    turnsQueue: openWorkQueue(env.TURNS_QUEUE_URL),
  };
}
