import { createHmac } from 'node:crypto';
import { serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import type { Addresses } from './addresses.ts';
import { OFFLINE_MODELS } from './offline-model/names.ts';
import { readSecrets } from './parts/secrets.ts';
import type { Parts } from './parts/start-parts.ts';

export interface ParameterSources {
  readonly stage: 'local' | 'test';
  readonly dataFolder: string;
  readonly parts: Parts;
  readonly addresses: Addresses;
  readonly chatModel: string;
  readonly embeddingModel: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The values of the stack's parameters on this machine. What is not here keeps the template's default. */
export function stackParameters(sources: ParameterSources): Record<string, string> {
  const { parts, addresses, env } = sources;
  const keys = installationKeys(sources);
  return {
    Stage: sources.stage,
    ...(env.LOG_LEVEL && { LogLevel: env.LOG_LEVEL }),
    MigrationDatabaseUrl: parts.migrationDatabaseUrl,
    AuthDatabaseUrl: serviceDatabaseUrl(parts.migrationDatabaseUrl, 'auth'),
    HubDatabaseUrl: serviceDatabaseUrl(parts.migrationDatabaseUrl, 'hub'),
    AiDatabaseUrl: serviceDatabaseUrl(parts.migrationDatabaseUrl, 'ai'),
    ChannelDatabaseUrl: serviceDatabaseUrl(parts.migrationDatabaseUrl, 'channel'),
    RedisUrl: parts.redisUrl,
    ChromaUrl: parts.chromaUrl,
    OllamaUrl: parts.ollamaUrl,
    // Answers tell which model wrote them.
    ChatModel: parts.ollamaIsOffline ? OFFLINE_MODELS.chat : sources.chatModel,
    // Its vectors compare with no other model's, so they are stored under a name of their own.
    EmbeddingModel: parts.ollamaIsOffline ? OFFLINE_MODELS.embedding : sources.embeddingModel,
    ...(env.CLAMD_ADDRESS && { MalwareScanner: 'clamd', ClamdAddress: env.CLAMD_ADDRESS }),
    PublicApiUrl: addresses.restUrl,
    ConsoleOrigin: addresses.pageOrigin,
    SocketUrl: addresses.websocketUrl,
    SocketManagementUrl: `${parts.aws.endpointUrl}/socket`,
    RateLimitFactor: env.RATE_LIMIT_FACTOR || '1',
    ...(env.SESSION_IDLE_DAYS && { SessionIdleDays: env.SESSION_IDLE_DAYS }),
    ...(env.SESSION_MARK_SECONDS && { SessionMarkSeconds: env.SESSION_MARK_SECONDS }),
    ...(env.QUOTA_DOCUMENTS && { QuotaDocuments: env.QUOTA_DOCUMENTS }),
    ...(env.QUOTA_DOCUMENT_BYTES && { QuotaDocumentBytes: env.QUOTA_DOCUMENT_BYTES }),
    ...(env.QUOTA_ANSWERS && { QuotaAnswers: env.QUOTA_ANSWERS }),
    ...(env.QUOTA_WIDGETS && { QuotaWidgets: env.QUOTA_WIDGETS }),
    ...(env.QUOTA_API_KEYS && { QuotaApiKeys: env.QUOTA_API_KEYS }),
    MetricsToken: env.METRICS_TOKEN ?? '',
    PasswordPepper: keys('passwordPepper'),
    DataEncryptionKey: keys('dataEncryptionKey'),
    VisitorTokenSecret: keys('visitorTokenSecret'),
    MailboxFolder: addresses.mailFolder,
  };
}

/**
 * With the embedded database the keys are random and lie beside it. For a database of one's own they follow from its
 * password, so that any number of hosts on it can read what the others wrote.
 */
function installationKeys({ dataFolder, parts }: ParameterSources) {
  const secrets = readSecrets(dataFolder);
  const password = decodeURIComponent(new URL(parts.migrationDatabaseUrl).password);
  return (name: 'passwordPepper' | 'dataEncryptionKey' | 'visitorTokenSecret') =>
    parts.owned.database
      ? secrets[name]
      : createHmac('sha256', password).update(`understudy:local:${name}`).digest('base64');
}
