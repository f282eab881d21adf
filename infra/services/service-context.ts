import type { ServiceName } from '../../shared/config/service-roles.ts';
import type { ServiceParameters } from '../stacks/service-parameters.ts';

/** What every service of the stack is built from. */
export interface ServiceContext {
  readonly buildFolder: string;
  readonly parameters: ServiceParameters;
  /** Where clients reach the REST API. */
  readonly publicApiUrl: string;
  /** The origin of the web pages. */
  readonly consoleOrigin: string;
  /** Where the web pages lie: their origin, or a path of it. */
  readonly consoleUrl: string;
}

/** Where vector index and models are, for those that ask them. */
export function partsEnvironment({ parameters }: ServiceContext): Record<string, string> {
  return {
    CHROMA_URL: parameters.ChromaUrl,
    OLLAMA_URL: parameters.OllamaUrl,
    CHAT_MODEL: parameters.ChatModel,
    EMBEDDING_MODEL: parameters.EmbeddingModel,
  };
}

/** The variables that CommonEnv of shared/config asks of every function of a service. */
export function commonEnvironment(service: ServiceName, context: ServiceContext): Record<string, string> {
  const { parameters } = context;
  const databaseUrls: Record<ServiceName, string> = {
    auth: parameters.AuthDatabaseUrl,
    hub: parameters.HubDatabaseUrl,
    ai: parameters.AiDatabaseUrl,
    channel: parameters.ChannelDatabaseUrl,
  };
  return {
    STAGE: parameters.Stage,
    SERVICE_NAME: service,
    LOG_LEVEL: parameters.LogLevel,
    DATABASE_URL: databaseUrls[service],
    REDIS_URL: parameters.RedisUrl,
    PUBLIC_API_URL: context.publicApiUrl,
    CONSOLE_ORIGIN: context.consoleOrigin,
    RATE_LIMIT_FACTOR: parameters.RateLimitFactor,
    CREDENTIALS_ROUND: parameters.CredentialsRound,
    SESSION_MARK_SECONDS: parameters.SessionMarkSeconds,
    METRICS_TOKEN: parameters.MetricsToken,
  };
}
