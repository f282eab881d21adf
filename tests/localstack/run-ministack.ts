import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OFFLINE_MODELS } from '../../infra/local/offline-model/names.ts';
import { startParts } from '../../infra/local/parts/start-parts.ts';
import { runProgram } from '../../shared/config/command-line.ts';
import { PROJECT_ROOT } from '../support/module-graph.ts';
import { installMiniStack, startMiniStack } from './ministack.ts';

const HELP = `Deploys the stack to MiniStack, an emulator of AWS that wants neither Docker nor an account, on the parts that
npm start would start, and runs the end-to-end tests against it.

  npm run test:ministack
  npm run test:ministack -- --help   prints this

It wants Python 3.10 and PyPI; where they are missing it says so and is left out.
`;

/** What `npm run deploy` says, apart from the CDK. */
const OWN_LINE = /^(ok|warn|fail|wait|REST|sockets) |^dev is ready/;
const LIMIT_MS = 8 * 60_000;
const undo: (() => Promise<unknown>)[] = [];

async function main(): Promise<number> {
  const installed = installMiniStack();
  if ('missing' in installed) {
    console.log(`MiniStack is left out: ${installed.missing}`);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'understudy-ministack-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const parts = await startParts({
    dataFolder: folder,
    env: {},
    useMachineOllama: false,
    chatModel: 'llama2:7b-chat',
    embeddingModel: 'nomic-embed-text',
    onProgress: () => {},
  });
  undo.push(parts.stop);
  const emulator = await startMiniStack(installed.program, folder);
  undo.push(emulator.stop);
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: emulator.url,
    UNDERSTUDY_DATABASE_URL: parts.migrationDatabaseUrl,
    UNDERSTUDY_REDIS_URL: parts.redisUrl,
    UNDERSTUDY_CHROMA_URL: parts.chromaUrl,
    OLLAMA_HOST: parts.ollamaUrl,
    CHAT_MODEL: OFFLINE_MODELS.chat,
    EMBEDDING_MODEL: OFFLINE_MODELS.embedding,
    RATE_LIMIT_FACTOR: '20',
  };
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return (await deploy({ ...env, ...credentials })) || (await run(['run', '--silent', 'test:localstack'], env));
}

/** The very command of an operator. Says what the command itself said, and all of it when it went wrong. */
async function deploy(env: NodeJS.ProcessEnv): Promise<number> {
  let said = '';
  const code = await run(
    ['run', '--silent', 'deploy', '--', '--stage', 'dev', '--here', '--wait', '2'],
    env,
    (text) => {
      said += text;
    },
  );
  const own = said.split('\n').filter((line) => OWN_LINE.test(line));
  console.log(code === 0 ? `${own.join('\n')}\nthe stack is deployed to MiniStack` : `the deployment failed:\n${said}`);
  return code;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv, listen?: (text: string) => void): Promise<number> {
  const child = spawn('npm', args, { cwd: PROJECT_ROOT, env, stdio: listen ? 'pipe' : 'inherit', detached: true });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => listen?.(String(bytes)));
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  };
  undo.push(async () => end());
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => console.error(String(error)));
}

async function runWithinLimit(): Promise<number> {
  const limit = setTimeout(() => {
    console.log(`not done within ${LIMIT_MS / 60_000} minutes`);
    void cleanUp().finally(() => process.exit(1));
  }, LIMIT_MS);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    return await main();
  } finally {
    clearTimeout(limit);
    await cleanUp();
  }
}

await runProgram({ call: 'npm run test:ministack', help: HELP, options: {}, run: runWithinLimit });
