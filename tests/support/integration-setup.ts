import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts the real parts once per run. Where TEST_DATABASE_URL and TEST_REDIS_URL are set already, those servers
 * are used and nothing is started.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL) return async () => {};
  const { startParts } = await import('../../infra/local/parts/start-parts.ts');
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-integration-'));
  const parts = await startParts({
    dataFolder,
    env: {},
    useMachineOllama: false,
    chatModel: 'llama2:7b-chat',
    embeddingModel: 'nomic-embed-text',
    onProgress: () => {},
  });
  process.env.TEST_DATABASE_URL = parts.migrationDatabaseUrl;
  process.env.TEST_REDIS_URL = parts.redisUrl;
  process.env.TEST_CHROMA_URL = parts.chromaUrl;
  process.env.TEST_OLLAMA_URL = parts.ollamaUrl;
  process.env.TEST_AWS_ENDPOINT_URL = parts.aws.endpointUrl;
  return async () => {
    await parts.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
}
