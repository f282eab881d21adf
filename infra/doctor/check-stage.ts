import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccount } from '../deploy/aws-account.ts';
import { checkStage } from '../deploy/checks.ts';
import type { StageConfig, StageName } from '../stage-config.ts';
import { type Finding, fail, look, ok } from './finding.ts';
import { checkDeadLetters, checkReady, judgeSkew } from './part-checks.ts';

export interface StageInstallation {
  readonly stage: StageName;
  readonly config: StageConfig;
  readonly account: AwsAccount;
  readonly sqs: SQSClient;
  readonly fetch: typeof fetch;
}

const STACKS = ['-platform', '', '-edge'];

/** Looks at a stage on AWS: what a deployment needs, the three stacks, and what was deployed. */
export async function checkDeployedStage(installation: StageInstallation): Promise<Finding[]> {
  const { stage, config, account, sqs } = installation;
  const needs = await checkStage(config, account, installation.fetch);
  if (needs.some(({ what, state }) => what === 'credentials' && state === 'fail')) return needs;
  const name = `understudy-${stage}`;
  const stacks = await Promise.all(
    STACKS.map((suffix) =>
      look('stack', 'CloudFormation cannot be asked', async () => {
        if (await account.stackOutputs(name + suffix)) return ok('stack', `${name}${suffix} is whole`);
        return fail('stack', `${name}${suffix} is not deployed: npm run deploy -- --stage ${stage}`);
      }),
    ),
  );
  const restUrl = (await account.stackOutputs(name).catch(() => undefined))?.RestUrl;
  if (!restUrl) return [...needs, ...stacks];
  return [
    ...needs,
    ...stacks,
    ...(await Promise.all([checkReady(restUrl), checkClock(restUrl), checkDeadLetters(sqs, `${name}-`)])),
  ];
}

/** AWS refuses what is signed more than five minutes off; it tells its own time with every answer. */
function checkClock(restUrl: string): Promise<Finding> {
  return look('clock', 'the API does not answer', async () => {
    const answer = await fetch(`${restUrl}/health`, { signal: AbortSignal.timeout(20_000) });
    return judgeSkew(Date.parse(answer.headers.get('date') ?? '') - Date.now());
  });
}
