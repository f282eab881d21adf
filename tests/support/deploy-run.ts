import type { AwsAccount } from '../../infra/deploy/aws-account.ts';
import { type DeployTools, deployCommand } from '../../infra/deploy/deploy-command.ts';
import { readStageConfig, type StageConfig } from '../../infra/stage-config.ts';

/** A stage that has values of its own where the project has placeholders. */
export const own = (config: StageConfig): StageConfig => ({
  ...config,
  mailFrom: 'Understudy <hello@lessons.test>',
  alarmEmail: 'night@lessons.test',
});
const dev = own(readStageConfig('dev'));

const ACCOUNT: AwsAccount = {
  identity: async () => ({ account: '111122223333', arn: 'arn:aws:iam::111122223333:user/operator' }),
  bootstrapVersion: async () => 30,
  stackOutputs: async () => undefined,
  quota: async () => 1_000,
  instanceZones: async () => ['eu-central-1a', 'eu-central-1b'],
  sender: async () => ({ isVerified: true, isInSandbox: false }),
};
export const OUTPUTS = { 'understudy-dev': { RestUrl: 'https://rest.test/api' } };

/** A run of the command in a world of our own: what it printed, and what it would have run. */
export async function runDeploy(
  args: readonly string[],
  changes: Partial<DeployTools> & { account?: Partial<AwsAccount> } = {},
) {
  const printed: string[] = [];
  const commands: { args: readonly string[]; region: string }[] = [];
  const asked: string[] = [];
  let clock = 0;
  const code = await deployCommand(args, {
    print: (line) => printed.push(line),
    readStage: () => dev,
    openAccount: () => ({ ...ACCOUNT, ...changes.account }),
    fetch: async (url) => {
      asked.push(String(url));
      return new Response('{"status":"ok"}');
    },
    runCdk: async (cdkArgs, region) => {
      commands.push({ args: cdkArgs, region });
      return 0;
    },
    readOutputs: async () => OUTPUTS,
    wait: async (ms) => {
      clock += ms;
    },
    now: () => clock,
    ...changes,
  });
  return { code, printed, text: printed.join('\n'), commands, asked };
}
