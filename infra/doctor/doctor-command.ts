import { SQSClient } from '@aws-sdk/client-sqs';
import { MISUSED, runCommand } from '../../shared/config/command-line.ts';
import { openAwsAccount } from '../deploy/aws-account.ts';
import { readStageConfig, STAGES, StageConfigError, stageNamed } from '../stage-config.ts';
import { checkLocal } from './check-local.ts';
import { checkDeployedStage } from './check-stage.ts';
import type { Finding } from './finding.ts';

const HELP = `Looks at an installation and says what to mend. Changes nothing.

  npm run doctor                    this machine, and the local host on UNDERSTUDY_DATA if it runs
  npm run doctor -- --stage prod    a stage on AWS: ${STAGES.join(', ')}
  npm run doctor -- --help          prints this

Ends with 1 when something must be mended.
`;

export interface DoctorTools {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly nodeVersion: string;
  readonly print: (line: string) => void;
}

/** What `npm run doctor` does; returns the exit code: 0 all is well, 1 something must be mended, 2 misused. */
export async function doctorCommand(args: readonly string[], tools: DoctorTools): Promise<number> {
  try {
    return await runCommand(args, tools.print, {
      call: 'npm run doctor',
      help: HELP,
      options: { stage: { type: 'string' } },
      run: async ({ stage = 'local' }) =>
        tell(stage === 'local' ? await checkLocal(tools) : await lookAtStage(stage), tools.print),
    });
  } catch (error) {
    if (!(error instanceof StageConfigError)) throw error;
    tools.print(error.message);
    return MISUSED;
  }
}

/** One line to each finding and one to all of them. */
export function tell(findings: readonly Finding[], print: (line: string) => void): number {
  for (const { state, what, line } of findings) print(`${state.padEnd(5)} ${what.padEnd(14)} ${line}`);
  const broken = findings.filter(({ state }) => state === 'fail').length;
  print(broken === 0 ? 'Nothing to mend.' : `${broken} of ${findings.length} must be mended.`);
  return broken === 0 ? 0 : 1;
}

function lookAtStage(name: string): Promise<Finding[]> {
  const stage = stageNamed(name);
  const config = readStageConfig(stage);
  const { region } = config;
  return checkDeployedStage({
    stage,
    config,
    account: openAwsAccount(region),
    sqs: new SQSClient({ region }),
    fetch,
  });
}
