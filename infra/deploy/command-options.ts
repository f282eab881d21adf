import { type CommandValues, UsageError } from '../../shared/config/command-line.ts';
import { STAGES, type StageName, stageNamed } from '../stage-config.ts';

export interface DeployOptions {
  readonly stage: StageName;
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

export const OPTIONS = {
  stage: { type: 'string' },
  'check-only': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  here: { type: 'boolean' },
  wait: { type: 'string', default: '30' },
} as const;

type Typed = CommandValues<typeof OPTIONS>;

/** @throws UsageError for a value that does not do, StageConfigError for a stage that does not exist */
export function readDeployOptions({ stage, wait = '', yes, here, 'check-only': checkOnly }: Typed): DeployOptions {
  const waitMinutes = wait.trim() === '' ? Number.NaN : Number(wait);
  if (!(waitMinutes >= 0 && waitMinutes <= 240)) throw new UsageError(`--wait ${wait} is no number of minutes`);
  if (stage === undefined) throw new UsageError('--stage is missing');
  return {
    stage: stageNamed(stage),
    checkOnly: checkOnly ?? false,
    yes: yes ?? false,
    here: here ?? false,
    waitMinutes,
  };
}
