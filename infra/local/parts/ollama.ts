import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import { startOnFreePort } from './loopback-port.ts';
import { foreignPart, type PartContext, type RunningPart } from './part.ts';
import { PartFailure } from './part-failure.ts';
import { pullModels } from './pull-models.ts';
import { superviseProcess } from './supervised-process.ts';

/** How long one's own may take: it is the start that waits. */
const OWN_WITHIN_MS = 3_000;
const USUAL_URL = 'http://127.0.0.1:11434';

export interface OllamaChoice {
  /** `OLLAMA_HOST`: host, host:port or an address with a scheme; port 11434 unless said. */
  readonly ownHost: string | undefined;
  /** Whether one that answers on its usual port may be taken; tests never do. */
  readonly useMachineOllama: boolean;
  readonly chatModel: string;
  readonly embeddingModel: string;
  /** Whether one's own may be told to fetch what it lacks: gigabytes. */
  readonly mayPull?: boolean;
}

export interface OllamaPart extends RunningPart {
  readonly isOffline: boolean;
  /** False for one's own that is not there yet. */
  readonly isAnswering: boolean;
}

/**
 * One's own Ollama by `OLLAMA_HOST` (whose missing models are pulled where that is allowed; else the ready check tells), the
 * machine's when it answers at once and has both models, else the offline model.
 */
export async function startOllama(context: PartContext, choice: OllamaChoice): Promise<OllamaPart> {
  if (choice.ownHost !== undefined && choice.ownHost.trim() !== '') {
    const url = ollamaUrl(choice.ownHost);
    const names = await modelsAt(url, OWN_WITHIN_MS);
    const isAnswering = names !== undefined;
    if (names === undefined) context.onProgress(`${url} does not answer: documents and answers wait until it does`);
    else await completeModels(context, url, missingOf([choice.chatModel, choice.embeddingModel], names), choice);
    return { ...foreignPart(url), isOffline: false, isAnswering };
  }
  if (choice.useMachineOllama && (await hasModels(USUAL_URL, [choice.chatModel, choice.embeddingModel]))) {
    return { ...foreignPart(USUAL_URL), isOffline: false, isAnswering: true };
  }
  return startOnFreePort(context.registry, 'offline-model', async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const server = await superviseProcess({
      name: 'offline-model',
      file: process.execPath,
      args: [fileURLToPath(new URL('offline-model-process.ts', import.meta.url)), String(port)],
      options: { env: { PATH: process.env.PATH, ...COMPILE_CACHE_ENV } },
      logFile: join(context.dataFolder, 'logs', 'offline-model.log'),
      isReady: async () => (await modelsAt(url, 1_000)) !== undefined,
      readyWithinMs: 20_000,
      stopSignal: 'SIGTERM',
      registry: context.registry,
      onProgress: context.onProgress,
      explain: (log) => /^\w*Error.*: .*/m.exec(log)?.[0],
    });
    return { url, owned: true, isOffline: true, isAnswering: true, stop: server.stop };
  });
}

/** Ollama's own reading of OLLAMA_HOST: the scheme is optional, and so is the port. @throws PartFailure */
export function ollamaUrl(host: string): string {
  const trimmed = host.trim().replace(/\/+$/, '');
  const hasScheme = /^https?:\/\//i.test(trimmed);
  const address = hasScheme ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(address)) throw new PartFailure(`OLLAMA_HOST (${host}) is no address`);
  const url = new URL(address);
  // A server that listens everywhere is reached on loopback.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  const namesPort = /:\d+$/.test(trimmed.replace(/^https?:\/\//i, '').replace(/\/.*/, ''));
  if (!namesPort && !hasScheme) url.port = '11434';
  return url.toString().replace(/\/+$/, '');
}

async function completeModels(
  context: PartContext,
  url: string,
  missing: readonly string[],
  { mayPull }: OllamaChoice,
): Promise<void> {
  if (missing.length === 0) return;
  const reason = mayPull
    ? await pullModels({ url, models: missing, onProgress: context.onProgress })
    : `${missing.join(' and ')} is not there: UNDERSTUDY_PULL_MODELS=yes has it pulled`;
  if (reason !== undefined) context.onProgress(`${reason}; documents and answers wait`);
}

function missingOf(wanted: readonly string[], names: ReadonlySet<string>): string[] {
  return wanted.filter((name) => !names.has(name) && !names.has(`${name}:latest`));
}

async function hasModels(url: string, wanted: readonly string[]): Promise<boolean> {
  const names = await modelsAt(url, 300);
  return names !== undefined && missingOf(wanted, names).length === 0;
}

async function modelsAt(url: string, timeoutMs: number): Promise<ReadonlySet<string> | undefined> {
  try {
    const response = await fetch(`${url}/api/tags`, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return undefined;
    const { models = [] } = (await response.json()) as { models?: { name: string }[] };
    return new Set(models.map((model) => model.name));
  } catch {
    return undefined;
  }
}
