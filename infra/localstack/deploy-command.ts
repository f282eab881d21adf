import { runCommand } from '../../shared/config/command-line.ts';
import { addressesAt } from './addresses.ts';
import {
  deployedOutputs,
  EMULATED_ACCOUNT,
  EMULATED_REGION,
  emulatorEndpoint,
  LocalStackError,
  requireEmulator,
} from './emulator.ts';
import { localStackParameters, partAddresses } from './stack-parameters.ts';

export const STACK_NAME = 'understudy';
const STACK_ID = 'ServiceStack';

const HELP = `Deploys the service's stack to LocalStack, or to whatever speaks its API at AWS_ENDPOINT_URL.

  npm run localstack:deploy             functions run in containers beside those of localstack.yml
  npm run localstack:deploy -- --here   functions run as processes of this machine, as MiniStack's do
  npm run localstack:deploy -- --help   prints this

Variables
  AWS_ENDPOINT_URL             where it answers (http://127.0.0.1:4566)
  UNDERSTUDY_DATABASE_URL, UNDERSTUDY_REDIS_URL, UNDERSTUDY_CHROMA_URL, OLLAMA_HOST
                               parts of your own, as the functions reach them; else those of localstack.yml
  CLAMD_ADDRESS                a scanner of your own; else that of localstack.yml, with --here none
  CHAT_MODEL, EMBEDDING_MODEL, LOG_LEVEL, RATE_LIMIT_FACTOR, METRICS_TOKEN

docs/localstack.md tells which plan of LocalStack it needs, and what emulators cannot do.
`;

/** Where the functions of containers reach LocalStack: its name in the network of localstack.yml. */
const FROM_CONTAINERS = 'http://localstack:4566';

/** What the command does to the world, handed in. */
export interface DeployTools {
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  readonly fetch: typeof fetch;
  /** Builds functions and template where they changed; the folder of the assembly. */
  readonly build: () => Promise<string>;
  /** Runs cdklocal with these arguments and variables; resolves with its exit code. */
  readonly runCdk: (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<number>;
}

/** What `npm run localstack:deploy` does; returns the exit code: 0 done, 1 failed, 2 misused. */
export function deployCommand(args: readonly string[], tools: DeployTools): Promise<number> {
  return runCommand(args, tools.print, {
    call: 'npm run localstack:deploy',
    help: HELP,
    options: { here: { type: 'boolean' } },
    run: async ({ here = false }) => {
      try {
        return await deploy(here, tools);
      } catch (error) {
        if (!(error instanceof LocalStackError)) throw error;
        tools.print(error.message);
        return 1;
      }
    },
  });
}

/**
 * The addresses of the APIs hold ids that only a deployment tells, and functions are given those addresses: the first
 * deployment is followed by a second that writes them in. Later ones know them beforehand.
 */
async function deploy(here: boolean, { env, print, fetch, build, runCdk }: DeployTools): Promise<number> {
  const endpoint = emulatorEndpoint(env);
  const parts = partAddresses(env, here);
  await requireEmulator(endpoint, fetch);
  const assembly = await build();
  const cdk = async (...cdkArgs: readonly string[]) => {
    const code = await runCdk(['--app', assembly, ...cdkArgs, '--no-notices'], cdkEnvironment(endpoint));
    if (code !== 0) throw new LocalStackError(`cdklocal ${cdkArgs[0]} ended with ${code}: what it said stands above`);
  };
  const outputs = () => deployedOutputs(endpoint, STACK_NAME, fetch);
  const fromFunctions = here ? endpoint : FROM_CONTAINERS;
  const parameters = localStackParameters(parts, env, here);
  const put = (addresses: object) =>
    cdk('deploy', STACK_ID, '--require-approval', 'never', ...asArguments({ ...parameters, ...addresses }));

  await cdk('bootstrap', `aws://${EMULATED_ACCOUNT}/${EMULATED_REGION}`);
  const before = await outputs();
  await put(before ? addressesAt(endpoint, fromFunctions, before) : {});
  const after = await outputs();
  if (!after) throw new LocalStackError(`${endpoint} does not know the stack ${STACK_NAME} after its deployment`);
  const addresses = addressesAt(endpoint, fromFunctions, after);
  if (after.RestUrl !== addresses.PublicApiUrl) await put(addresses);
  print(`REST     ${addresses.PublicApiUrl}`);
  print(`sockets  ${addresses.SocketUrl}`);
  return 0;
}

function asArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['--parameters', `${name}=${value}`]);
}

/** cdklocal wants both; a bucket has no host name of its own there. */
function cdkEnvironment(endpoint: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint, AWS_S3_FORCE_PATH_STYLE: '1', CI: 'true' };
}
