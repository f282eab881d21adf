import { startParts } from '../../../../../infra/local/parts/start-parts.ts';

// A host that does nothing but run the parts, to be killed: `node hold-parts.ts <data folder>`.
const parts = await startParts({
  dataFolder: process.argv[2] ?? '',
  env: {},
  useMachineOllama: false,
  embeddingModel: 'nomic-embed-text',
  chatModel: 'llama2:7b-chat',
  onProgress: () => {},
});
console.log(JSON.stringify({ database: parts.migrationDatabaseUrl, redis: parts.redisUrl, chroma: parts.chromaUrl }));
