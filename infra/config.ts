import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_BUILD_FOLDER, PROJECT_ROOT } from './build/function-entries.ts';

export interface InfraConfig {
  /** Where the cloud assembly (template and assets) is written. */
  readonly outdir: string;
  /** Where the built functions lie. */
  readonly buildFolder: string;
  readonly stackName: string;
  /** Whether the functions join the platform's VPC and its alarms a topic; emulators and the local host have neither. */
  readonly onPlatform: boolean;
  /** Checks the template against CloudFormation's own rules, which takes longer than everything else together. */
  readonly validate: boolean;
  /** The feature flags of cdk.json, so that the CDK command and a plain run make the same template. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** The only place of the stack's code that looks at the command line and the environment. */
export function readConfig(args: readonly string[] = process.argv.slice(2), env = process.env): InfraConfig {
  const cdkJson = JSON.parse(readFileSync(`${PROJECT_ROOT}cdk.json`, 'utf8')) as { context: Record<string, unknown> };
  return {
    outdir: resolve(PROJECT_ROOT, args[0] ?? env.CDK_OUTDIR ?? 'cdk.out'),
    buildFolder: resolve(PROJECT_ROOT, args[1] ?? DEFAULT_BUILD_FOLDER),
    stackName: env.UNDERSTUDY_STACK_NAME ?? 'understudy',
    onPlatform: env.UNDERSTUDY_PLATFORM === 'aws',
    // Set by the CDK command. A local start need not pay for it: the tests check the same template.
    validate: env.CDK_OUTDIR !== undefined,
    context: cdkJson.context,
  };
}
