import { type Print, runCommand } from '../../shared/config/command-line.ts';
import { LocalStackError } from './emulator.ts';

const UP_HELP = `Starts LocalStack and the parts around the stack in containers, as localstack.yml describes them.

  npm run localstack:up                   starts, waits until all are healthy, fetches the models once (some 4 GB)
  npm run localstack:up -- --no-models    leaves the models out
  npm run localstack:up -- --help         prints this

Needs Docker with its compose plug-in, and LOCALSTACK_AUTH_TOKEN: see docs/localstack.md.
`;
const DOWN_HELP = `Stops what npm run localstack:up started.

  npm run localstack:down                 keeps the data for the next time
  npm run localstack:down -- --volumes    removes it: database, index, models
  npm run localstack:down -- --help       prints this
`;

/** What the commands do to the world, handed in. */
export interface ComposeTools {
  readonly env: NodeJS.ProcessEnv;
  readonly print: Print;
  /** Runs `docker` with these arguments, showing what it says unless `quiet`; undefined when there is no such program. */
  readonly runDocker: (args: readonly string[], quiet?: boolean) => Promise<number | undefined>;
}

const COMPOSE = ['compose', '-f', 'localstack.yml'];

/** What `npm run localstack:up` does; returns the exit code: 0 done, 1 failed, 2 misused. */
export function upCommand(args: readonly string[], tools: ComposeTools): Promise<number> {
  return runCommand(args, tools.print, {
    call: 'npm run localstack:up',
    help: UP_HELP,
    options: { 'no-models': { type: 'boolean' } },
    run: (values) => tell(tools, () => startContainers(tools, !values['no-models'])),
  });
}

/** What `npm run localstack:down` does; returns the exit code: 0 done, 1 failed, 2 misused. */
export function downCommand(args: readonly string[], tools: ComposeTools): Promise<number> {
  return runCommand(args, tools.print, {
    call: 'npm run localstack:down',
    help: DOWN_HELP,
    options: { volumes: { type: 'boolean' } },
    run: ({ volumes }) =>
      tell(tools, async () => {
        await requireDocker(tools);
        await compose(tools, 'down', ...(volumes ? ['--volumes'] : []));
      }),
  });
}

async function startContainers(tools: ComposeTools, withModels: boolean): Promise<void> {
  await requireDocker(tools);
  if (!tools.env.LOCALSTACK_AUTH_TOKEN) {
    throw new LocalStackError(
      "LOCALSTACK_AUTH_TOKEN is not set: LocalStack does not start without an account's token (docs/localstack.md)",
    );
  }
  await compose(tools, 'up', '--wait');
  if (withModels) await compose(tools, 'run', '--rm', 'models');
  tools.print('LocalStack answers at http://127.0.0.1:4566. Next: npm run localstack:deploy');
}

async function tell({ print }: ComposeTools, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    print(error.message);
    return 1;
  }
}

async function requireDocker({ runDocker }: ComposeTools): Promise<void> {
  const without = 'Without it, npm start runs the same stack on this machine.';
  const code = await runDocker(['compose', 'version'], true);
  if (code === undefined) throw new LocalStackError(`Docker is not installed. ${without}`);
  if (code !== 0) throw new LocalStackError(`Docker has no compose plug-in. ${without}`);
  if ((await runDocker(['info'], true)) === 0) return;
  throw new LocalStackError(`Docker is installed, but its daemon does not answer. ${without}`);
}

async function compose({ runDocker }: ComposeTools, ...args: readonly string[]): Promise<void> {
  const code = await runDocker([...COMPOSE, ...args]);
  if (code !== 0) throw new LocalStackError(`docker compose ${args[0]} ended with ${code}: what it said stands above`);
}
