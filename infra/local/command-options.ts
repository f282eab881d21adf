import { asksForHelp, readCommandLine } from '../../shared/config/command-line.ts';
import { AuthEnv, CommonEnv, HubEnv } from '../../shared/config/env-constants.ts';
import { HostError } from './host-error.ts';

export interface CommandOptions {
  readonly fresh: boolean;
  readonly port: number;
  readonly dataFolder: string;
  readonly colour: boolean;
}

export const HELP = `Runs all of Understudy on this machine.

  npm start                    starts; Ctrl-C stops
  npm start -- --fresh         begins with an empty data folder
  npm start -- --port 9090     listens on another port
  npm start -- --no-color      prints without colours
  npm start -- --help          prints this

Variables
  PORT                         port on loopback (8080)
  UNDERSTUDY_DATA              data folder (.local)
  UNDERSTUDY_DATABASE_URL      a Postgres of your own, as a role that may create roles and tables
  UNDERSTUDY_REDIS_URL         a Redis of your own
  UNDERSTUDY_CHROMA_URL        a Chroma server of your own
  CLAMD_ADDRESS                ClamAV's daemon, host:port or the path of its socket: it looks at every file first
  OLLAMA_HOST                  an Ollama of your own; without one the offline model answers
  UNDERSTUDY_PULL_MODELS       yes: that Ollama fetches the models it lacks, before the host is ready
  RATE_LIMIT_FACTOR            multiplies every rate limit (1)
  CHAT_MODEL, EMBEDDING_MODEL  names of the models (llama2:7b-chat, nomic-embed-text)
  LOG_LEVEL                    DEBUG, INFO, WARN, ERROR or SILENT (INFO)
  QUOTA_DOCUMENTS, QUOTA_DOCUMENT_BYTES, QUOTA_ANSWERS, QUOTA_WIDGETS, QUOTA_API_KEYS
                               what one creator may keep (2000, 5 GiB, 2000, 100, 100)
  SESSION_IDLE_DAYS            a session ends after so long without a refresh (30)
  SESSION_MARK_SECONDS         for how long Redis may say that a session is live (60)
  METRICS_TOKEN                opens /metrics to whoever sends it as a bearer token
`;

const OPTIONS = { fresh: { type: 'boolean' }, port: { type: 'string' }, 'no-color': { type: 'boolean' } } as const;

/** Undefined where the help is asked for. @throws UsageError or HostError for what no host would start with */
export function readCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isTerminal: boolean,
): CommandOptions | undefined {
  if (asksForHelp(args)) return undefined;
  const { values } = readCommandLine(args, OPTIONS);
  checkVariables(env);
  return {
    fresh: values.fresh ?? false,
    port: readPort(values.port ?? (env.PORT || '8080')),
    dataFolder: env.UNDERSTUDY_DATA || '.local',
    colour: isTerminal && !values['no-color'] && !env.NO_COLOR,
  };
}

/** What the functions are given as it is: a fault there would show only when every answer fails. */
function checkVariables(env: NodeJS.ProcessEnv): void {
  const { RATE_LIMIT_FACTOR, LOG_LEVEL, SESSION_MARK_SECONDS } = CommonEnv.shape;
  const { SESSION_IDLE_DAYS, QUOTA_API_KEYS } = AuthEnv.shape;
  const { QUOTA_DOCUMENTS, QUOTA_DOCUMENT_BYTES, QUOTA_ANSWERS, QUOTA_WIDGETS } = HubEnv.shape;
  const quotas = { QUOTA_DOCUMENTS, QUOTA_DOCUMENT_BYTES, QUOTA_ANSWERS, QUOTA_WIDGETS, QUOTA_API_KEYS };
  const checked = { RATE_LIMIT_FACTOR, LOG_LEVEL, SESSION_IDLE_DAYS, SESSION_MARK_SECONDS, ...quotas };
  for (const [name, schema] of Object.entries(checked)) {
    const value = env[name] || undefined;
    const { error } = schema.safeParse(value);
    if (error) throw new HostError(`${name}=${value} does not do: ${error.issues[0]?.message}`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new HostError(`${text} is no port`);
}
