import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { DEFAULT_BUILD_FOLDER, PROJECT_ROOT } from './build/function-entries.ts';
import { readStageConfig, type StageConfig, type StageName, stageNamed } from './stage-config.ts';

export interface Stage {
  readonly name: StageName;
  readonly config: StageConfig;
}

export interface InfraConfig {
  /** Where the cloud assembly (template and assets) is written. */
  readonly outdir: string;
  /** Where the built functions lie. */
  readonly buildFolder: string;
  readonly stackName: string;
  /** A stage on AWS, with the stacks around the service; without one the service stack stands alone. */
  readonly stage?: Stage;
  /** Checks the templates against CloudFormation's own rules, which takes longer than everything else together. */
  readonly validate: boolean;
  /** The feature flags of cdk.json, so that the CDK command and a plain run make the same template. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What `cdk -c stage=prod` hands to the app. No other variable chooses a stage: a local start must not inherit one. */
const CdkContext = z.object({ stage: z.string().optional() });

/**
 * The only place of the stack's code that looks at the environment; `words` are those of the command line.
 *
 * @throws StageConfigError when the stage's file is missing or incomplete
 */
export function readConfig(words: readonly string[], env = process.env): InfraConfig {
  const cdkJson = JSON.parse(readFileSync(`${PROJECT_ROOT}cdk.json`, 'utf8')) as { context: Record<string, unknown> };
  const { stage } = CdkContext.parse(JSON.parse(env.CDK_CONTEXT_JSON ?? '{}'));
  const name = stage === undefined ? undefined : stageNamed(stage);
  return {
    outdir: resolve(PROJECT_ROOT, words[0] ?? env.CDK_OUTDIR ?? 'cdk.out'),
    buildFolder: resolve(PROJECT_ROOT, words[1] ?? DEFAULT_BUILD_FOLDER),
    stackName: name ? `understudy-${name}` : (env.UNDERSTUDY_STACK_NAME ?? 'understudy'),
    ...(name && { stage: { name, config: readStageConfig(name) } }),
    // Set by the CDK command. A local start need not pay for it: the tests check the same template.
    validate: env.CDK_OUTDIR !== undefined,
    context: cdkJson.context,
  };
}
