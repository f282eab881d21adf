import * as z from 'zod';

/**
 * Every variable that a function reads, in one place. The stack gives each function just the groups it needs, and
 * a function that misses one stops at its first event with the variable's name.
 */
export const CommonEnv = z.object({
  STAGE: z.enum(['local', 'test', 'dev', 'staging', 'prod']),
  SERVICE_NAME: z.string(),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT']).default('INFO'),
  /** The role of this service; owns nothing and cannot bypass row level security. */
  DATABASE_URL: z.string().min(1),
  /** Connections of one instance. On AWS it is one event's worth; the local host's instances have many events. */
  DATABASE_POOL_SIZE: z.coerce.number().int().positive().default(10),
  REDIS_URL: z.string().min(1),
  /** Where clients reach the REST API, without a trailing slash. Also the issuer of tokens. */
  PUBLIC_API_URL: z.url(),
  /** The origin of the web pages (console, /verify, /reset): the only one that may call the creators' routes. */
  CONSOLE_ORIGIN: z.url(),
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  /** For how long Redis may say that a session is live; it bounds how long one can pass that ended without Redis. */
  SESSION_MARK_SECONDS: z.coerce.number().int().min(5).max(900).default(60),
  /** Read by nobody: where it differs, CloudFormation deploys the function anew, with the secrets of that moment. */
  CREDENTIALS_ROUND: z.string().default('1'),
  /** Bearer token of /metrics; unset means nobody. */
  METRICS_TOKEN: z.string().default(''),
});

const SecretsEnv = z.object({
  /** 32 bytes, base64: the key of the envelope that encrypts sensitive columns. */
  DATA_ENCRYPTION_KEY: z.base64(),
});

/** Every function of auth; the REST one reads more, see `RootEnv`. */
export const AuthEnv = CommonEnv.extend(SecretsEnv.shape).extend({
  /** Where the web pages lie, without a trailing slash: links in mails begin with it. Their origin, or a path of it. */
  CONSOLE_URL: z.url(),
  /** base64; mixed into every password before bcrypt. While it is replaced: `2:<new>,1:<old>`, the newest first. */
  PASSWORD_PEPPER: z.string().regex(/^(\d{1,4}:)?[A-Za-z0-9+/]+=*(,\d{1,4}:[A-Za-z0-9+/]+=*)*$/),
  /** A session ends by itself when it was not refreshed for so long. */
  SESSION_IDLE_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** API keys that one creator may keep; expired ones count until they are deleted. */
  QUOTA_API_KEYS: z.coerce.number().int().min(0).default(100),
  MAIL_FROM: z.string().default('Understudy <no-reply@understudy.local>'),
  /** A folder for mail, on the local host only; empty means Amazon SES. */
  MAILBOX_FOLDER: z.string().default(''),
  /** The folder with the built web files, beside the function's code. */
  WEB_FOLDER: z.string().default('web'),
});

/** What the AWS runtime gives every function by itself; the AWS clients read it unasked. */
export const AwsEnv = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
  /** Another place that speaks the API of AWS. */
  AWS_ENDPOINT_URL: z.string().optional(),
});

const UploadsEnv = z.object({
  UPLOADS_BUCKET: z.string().min(1),
  /** Anything but AWS has no host name for each bucket. */
  AWS_ENDPOINT_URL: AwsEnv.shape.AWS_ENDPOINT_URL,
});

/** Where vector index and models are. */
const PartsEnv = z.object({
  CHROMA_URL: z.url(),
  OLLAMA_URL: z.url(),
  CHAT_MODEL: z.string().default('llama2:7b-chat'),
  EMBEDDING_MODEL: z.string().default('nomic-embed-text'),
});

/** Auth's REST function also answers at the root, for the whole. */
export const RootEnv = AuthEnv.extend(PartsEnv.shape);

/** The hub's REST function. */
export const HubEnv = CommonEnv.extend(UploadsEnv.shape).extend({
  INGEST_QUEUE_URL: z.url(),
  /** What one creator may keep: documents and pages, the bytes of their originals (5 GiB), curated answers, widgets. */
  QUOTA_DOCUMENTS: z.coerce.number().int().min(0).default(2_000),
  QUOTA_DOCUMENT_BYTES: z.coerce.number().int().min(0).default(5_368_709_120),
  QUOTA_ANSWERS: z.coerce.number().int().min(0).default(2_000),
  QUOTA_WIDGETS: z.coerce.number().int().min(0).default(100),
});

/** Every function of ai: REST, ingest, generation, sweeper. */
export const AiEnv = CommonEnv.extend(UploadsEnv.shape)
  .extend(PartsEnv.shape)
  .extend({
    LIBRARY_BUCKET: z.string().min(1),
    INGEST_QUEUE_URL: z.url(),
    TURNS_QUEUE_URL: z.url(),
    /** Where frames for sockets are posted: the @connections API of the WebSocket stage. */
    SOCKET_MANAGEMENT_URL: z.url(),
    /** The extractor's entry file, from its Lambda layer. */
    EXTRACTOR_PROGRAM: z.string().default('/opt/extractor/extract.mjs'),
    /** Who looks for malware, beside the extractor's own checks, which always run. */
    MALWARE_SCANNER: z.enum(['builtin', 'clamd', 'guardduty']).default('builtin'),
    /** ClamAV's daemon: `host:port`, or the path of its socket. */
    CLAMD_ADDRESS: z.string().default(''),
  });

/** The channel: REST, sockets, sweep. */
export const ChannelEnv = CommonEnv.extend({
  TURNS_QUEUE_URL: z.url(),
  SOCKET_MANAGEMENT_URL: z.url(),
  /** Where browsers connect, without a query. */
  SOCKET_URL: z.string().min(1),
  /** base64, at least 32 bytes: signs the visitors' session tokens (HS256). */
  VISITOR_TOKEN_SECRET: z.base64(),
});

/** The step of a deployment that brings the schema up to date. */
export const MigrateEnv = z.object({
  STAGE: CommonEnv.shape.STAGE,
  SERVICE_NAME: z.string(),
  LOG_LEVEL: CommonEnv.shape.LOG_LEVEL,
  CREDENTIALS_ROUND: CommonEnv.shape.CREDENTIALS_ROUND,
  MIGRATION_DATABASE_URL: z.string().min(1),
  /** The addresses that the services log in with: their roles get the passwords that stand in them. */
  AUTH_DATABASE_URL: z.string().optional(),
  HUB_DATABASE_URL: z.string().optional(),
  AI_DATABASE_URL: z.string().optional(),
  CHANNEL_DATABASE_URL: z.string().optional(),
  /** The folder with the SQL files, beside the function's code. */
  MIGRATIONS_FOLDER: z.string().default('migrations'),
});

/** @throws Error naming every variable that is missing or malformed, without its value */
export function readEnv<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv = process.env): z.output<S> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const names = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))];
  throw new Error(`missing or malformed environment: ${names.join(', ')}`);
}
