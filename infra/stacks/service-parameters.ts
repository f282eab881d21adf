import { CfnParameter } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The stack's parameters as tokens: what differs between machines, and what the platform's own stack supplies. */
export type ServiceParameters = Readonly<Record<keyof typeof PARAMETERS, string>>;

interface Definition {
  readonly description: string;
  /** A parameter without one must be given. */
  readonly default?: string | number;
  readonly type?: 'String' | 'Number';
  /** Not shown by CloudFormation once given. */
  readonly secret?: boolean;
  readonly allowed?: readonly string[];
}

const PARAMETERS = {
  Stage: { description: 'Kind of installation', allowed: ['local', 'test', 'dev', 'staging', 'prod'] },
  LogLevel: {
    description: 'Least severity that is logged',
    default: 'INFO',
    allowed: ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'],
  },
  MigrationDatabaseUrl: { description: 'Postgres as the migration role, past any proxy', secret: true },
  AuthDatabaseUrl: { description: 'Postgres as understudy_auth', secret: true },
  HubDatabaseUrl: { description: 'Postgres as understudy_hub', secret: true },
  AiDatabaseUrl: { description: 'Postgres as understudy_ai', secret: true },
  ChannelDatabaseUrl: { description: 'Postgres as understudy_channel', secret: true },
  RedisUrl: { description: 'redis:// for one server, rediss+cluster:// for ElastiCache Serverless', secret: true },
  ChromaUrl: { description: 'The Chroma server' },
  OllamaUrl: { description: 'The Ollama host' },
  ChatModel: { description: 'Model that writes answers', default: 'llama2:7b-chat' },
  EmbeddingModel: { description: 'Model of all embeddings', default: 'nomic-embed-text' },
  MalwareScanner: {
    description: 'Who looks for malware in uploads, beside the checks of the extractor',
    default: 'builtin',
    allowed: ['builtin', 'clamd', 'guardduty'],
  },
  ClamdAddress: { description: 'With the scanner clamd: host:port, or the path of its socket', default: '' },
  PublicApiUrl: {
    description: 'Where clients reach the REST API, no trailing slash; empty: the stage of the API itself',
    default: '',
  },
  ConsoleOrigin: { description: 'Origin of the web pages; empty: the origin of the API itself', default: '' },
  ConsoleUrl: {
    description:
      'Where the web pages lie, no trailing slash; empty: at ConsoleOrigin, else in the stage of the API itself',
    default: '',
  },
  SocketUrl: { description: 'Where browsers open sockets; empty: the stage of the WebSocket API itself', default: '' },
  SocketManagementUrl: {
    description: 'Where frames are posted; empty: the stage of the WebSocket API itself',
    default: '',
  },
  ExtractorProgram: {
    description: 'The extractor; elsewhere only where layers are not laid under /opt',
    default: '/opt/extractor/extract.mjs',
  },
  RateLimitFactor: { description: 'Multiplies every rate limit', default: 1, type: 'Number' },
  SessionIdleDays: { description: 'A session ends after so long without a refresh', default: 30, type: 'Number' },
  SessionMarkSeconds: { description: 'For how long Redis may say that a session is live', default: 60, type: 'Number' },
  CredentialsRound: { description: 'Counted up to hand changed secrets to the functions', default: 1, type: 'Number' },
  QuotaDocuments: { description: 'Documents and pages that one creator may keep', default: 2_000, type: 'Number' },
  QuotaDocumentBytes: {
    description: 'Bytes of originals that one creator may keep',
    default: 5_368_709_120,
    type: 'Number',
  },
  QuotaAnswers: { description: 'Curated answers that one creator may keep', default: 2_000, type: 'Number' },
  QuotaWidgets: { description: 'Widgets that one creator may keep', default: 100, type: 'Number' },
  QuotaApiKeys: { description: 'API keys that one creator may keep', default: 100, type: 'Number' },
  MetricsToken: { description: 'Bearer token of /metrics; empty: nobody', default: '', secret: true },
  PasswordPepper: { description: 'Mixed into every password, base64', secret: true },
  DataEncryptionKey: { description: 'Key of encrypted columns, 32 bytes, base64', secret: true },
  VisitorTokenSecret: { description: 'Signs session tokens of visitors, at least 32 bytes, base64', secret: true },
  MailFrom: { description: 'Sender of mail', default: 'Understudy <no-reply@understudy.local>' },
  MailboxFolder: { description: 'Folder for mail on the local host; empty: Amazon SES', default: '' },
} as const satisfies Record<string, Definition>;

/** Declares every parameter whose value is not `given`: what the platform supplies is written into the template. */
export function declareParameters(scope: Construct, given: Partial<ServiceParameters> = {}): ServiceParameters {
  const entries = Object.entries<Definition>(PARAMETERS).map(([name, definition]) => {
    const value = given[name as keyof ServiceParameters];
    if (value !== undefined) return [name, value];
    const parameter = new CfnParameter(scope, name, {
      type: definition.type ?? 'String',
      description: definition.description,
      default: definition.default,
      noEcho: definition.secret,
      allowedValues: definition.allowed ? [...definition.allowed] : undefined,
    });
    return [name, definition.type === 'Number' ? parameter.value.toString() : parameter.valueAsString];
  });
  return Object.fromEntries(entries) as ServiceParameters;
}
