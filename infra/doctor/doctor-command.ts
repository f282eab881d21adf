import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
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
    const { help, stage } = readOptions(args);
    if (help) {
      tools.print(HELP);
      return 0;
    }
    return tell(stage === 'local' ? await checkLocal(tools) : await lookAtStage(stage), tools.print);
  } catch (error) {
    if (!(error instanceof StageConfigError)) throw error;
    tools.print(error.message);
    return 2;
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

function readOptions(args: readonly string[]): { help: boolean; stage: string } {
  try {
    const options = { stage: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { help: values.help ?? false, stage: values.stage ?? 'local' };
  } catch (error) {
    const line = String(error instanceof Error ? error.message.split(/\. |\n/, 1)[0] : error);
    throw new StageConfigError(`${line} (npm run doctor -- --help tells the options)`);
  }
}
