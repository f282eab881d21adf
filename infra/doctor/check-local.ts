import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ollamaUrl } from '../local/parts/ollama.ts';
import { type Finding, look, ok } from './finding.ts';
import { checkDataFolder, checkDisk, checkNode, checkPackages, checkPort } from './machine-checks.ts';
import { checkChroma, checkDatabase, checkDeadLetters, checkModels, checkReady, checkRedis } from './part-checks.ts';

const Running = z.object({
  rest_url: z.url(),
  database_url: z.string(),
  redis_url: z.string(),
  chroma_url: z.url(),
  ollama_url: z.url(),
  aws_endpoint_url: z.url(),
  pid: z.int(),
});
type Running = z.infer<typeof Running>;

export interface LocalInstallation {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly nodeVersion: string;
}

/** Looks at this machine and, where a local host is running, at all of its parts; else at the parts of one's own. */
export async function checkLocal({ root, env, nodeVersion }: LocalInstallation): Promise<Finding[]> {
  const folder = env.UNDERSTUDY_DATA || '.local';
  const machine = [
    await look('node', 'run npm ci', () => checkNode(root, nodeVersion)),
    await look('packages', 'run npm ci', () => checkPackages(root)),
    await checkDataFolder(folder),
    await checkDisk(folder),
  ];
  const running = await readRunning(folder);
  const migrations = join(root, 'migrations');
  if (running) return [...machine, ...(await checkRunning(running, migrations, env))];
  return [
    ...machine,
    ok('local host', 'is not running (npm start starts it)'),
    await checkPort(env.PORT || '8080'),
    ...(await checkOwnParts(env, migrations)),
  ];
}

async function checkRunning(host: Running, migrations: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const sqs = new SQSClient({
    ...{ endpoint: host.aws_endpoint_url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const [database, ...others] = await Promise.all([
    checkDatabase(host.database_url, migrations),
    checkRedis(host.redis_url),
    checkChroma(host.chroma_url),
    checkModels(host.ollama_url, wantedModels(env)),
    checkDeadLetters(sqs),
    checkReady(host.rest_url),
  ]);
  sqs.destroy();
  return [ok('local host', `runs as process ${host.pid} at ${host.rest_url}`), ...database, ...others];
}

async function checkOwnParts(env: NodeJS.ProcessEnv, migrations: string): Promise<Finding[]> {
  const own = env.OLLAMA_HOST;
  const findings = await Promise.all([
    env.UNDERSTUDY_DATABASE_URL ? checkDatabase(env.UNDERSTUDY_DATABASE_URL, migrations) : [],
    env.UNDERSTUDY_REDIS_URL ? checkRedis(env.UNDERSTUDY_REDIS_URL) : [],
    env.UNDERSTUDY_CHROMA_URL ? checkChroma(env.UNDERSTUDY_CHROMA_URL) : [],
    own ? look('models', 'mend OLLAMA_HOST', () => checkModels(ollamaUrl(own), wantedModels(env))) : [],
  ]);
  return findings.flat();
}

/** The offline model goes by the names of those that it stands in for. */
function wantedModels(env: NodeJS.ProcessEnv): string[] {
  return [env.CHAT_MODEL || 'llama2:7b-chat', env.EMBEDDING_MODEL || 'nomic-embed-text'];
}

/** The host of the folder, if it is running: a killed one leaves its file behind. */
async function readRunning(folder: string): Promise<Running | undefined> {
  const text = await readFile(join(folder, 'endpoints.json'), 'utf8').catch(() => undefined);
  const host = text === undefined ? undefined : Running.safeParse(parse(text)).data;
  return host && isAlive(host.pid) ? host : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A host that was killed while it wrote.
  }
}
