import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { queueHandler } from '../../shared/lambda/queue-handler.ts';
import { timeLeftMs } from '../../shared/observability/request-scope.ts';
import { openIngest } from './ingest-composition.ts';
import { handleIngestMessage } from './use-cases/ingest/handle-ingest-message.ts';
import type { IngestTools } from './use-cases/ingest/ingest-tools.ts';

let tools: IngestTools | undefined;

/** What is not done this long before the function's end is let go, to be taken up where it stopped. */
const RESERVE_MS = 15_000;

export const handler = queueHandler('ai', 'ingest', (record) => {
  tools ??= openIngest(readEnv(AiEnv));
  const remainingMs = timeLeftMs() - RESERVE_MS;
  const until = Number.isFinite(remainingMs) ? AbortSignal.timeout(Math.max(1, Math.floor(remainingMs))) : undefined;
  return handleIngestMessage(tools, record.body, until);
});
