import { parseArgs } from 'node:util';
import { STAGES, StageConfigError, type StageName, stageNamed } from '../stage-config.ts';

export interface DeployOptions {
  readonly help: boolean;
  readonly stage: StageName | undefined;
  readonly checkOnly: boolean;
  readonly yes: boolean;
  /** On an emulator: functions are processes of this machine. */
  readonly here: boolean;
  readonly waitMinutes: number;
}

export const HELP = `Installs a stage of Understudy on AWS, or brings it up to date.

  npm run deploy -- --stage prod                looks whether it can work, deploys, and tries what it deployed
  npm run deploy -- --stage prod --check-only   looks only; changes nothing
  npm run deploy -- --stage prod --yes          does not ask before it widens rights (for pipelines)
  npm run deploy -- --stage prod --wait 45      waits so many minutes until all parts are ready (30)
  npm run deploy -- --stage dev --here          on an emulator whose functions are processes of this machine
  npm run deploy -- --help                      prints this

Stages: ${STAGES.join(', ')}. What each is made of stands in infra/stages/<stage>.json.
Credentials come from where the AWS command line has them: AWS_PROFILE, AWS_ACCESS_KEY_ID, single sign-on.
With AWS_ENDPOINT_URL it tries the deployment on an emulator of AWS: ServiceStack alone, on the parts that
npm run localstack:deploy -- --help names; what only AWS has is told and stops nothing.
docs/deploying.md goes through it step by step.
`;

/** @throws StageConfigError for an option that is not known or a stage that does not exist */
export function readDeployOptions(args: readonly string[]): DeployOptions {
  const values = parse(args);
  const waitMinutes = Number(values.wait ?? '30');
  if (!(waitMinutes >= 0 && waitMinutes <= 240)) throw usageError(`--wait ${values.wait} is no number of minutes`);
  const help = values.help ?? false;
  if (!help && values.stage === undefined) throw usageError('--stage is missing');
  return {
    help,
    stage: values.stage === undefined ? undefined : stageNamed(values.stage),
    checkOnly: values['check-only'] ?? false,
    yes: values.yes ?? false,
    here: values.here ?? false,
    waitMinutes,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        'check-only': { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        here: { type: 'boolean' },
        wait: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw usageError(String(error instanceof Error ? error.message.split(/\. |\n/, 1)[0] : error));
  }
}

function usageError(message: string): StageConfigError {
  return new StageConfigError(`${message} (npm run deploy -- --help tells the options)`);
}
