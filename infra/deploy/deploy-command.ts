import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MISUSED, runCommand, UsageError } from '../../shared/config/command-line.ts';
import { type readStageConfig, StageConfigError, type StageName } from '../stage-config.ts';
import type { AwsAccount } from './aws-account.ts';
import { checkStage, softenForEmulator } from './checks.ts';
import { type DeployOptions, HELP, OPTIONS, readDeployOptions } from './command-options.ts';
import { smokeTest } from './smoke-test.ts';

/** What the command does to the world, handed in. */
export interface DeployTools {
  readonly print: (line: string) => void;
  readonly readStage: typeof readStageConfig;
  readonly openAccount: (region: string) => AwsAccount;
  readonly fetch: typeof fetch;
  /** Runs the CDK command with these arguments; resolves with its exit code. */
  readonly runCdk: (args: readonly string[], region: string) => Promise<number>;
  /** What the stacks told when they were deployed. */
  readonly readOutputs: (file: string) => Promise<unknown>;
  /** Set where an emulator stands for AWS. */
  readonly emulator?: Emulator | undefined;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
}

/** An emulator has neither platform nor edge: there the service's stack is deployed, on parts that run already. */
export interface Emulator {
  readonly region: string;
  /** Resolves with the exit code. */
  deploy(here: boolean): Promise<number>;
  outputs(): Promise<Readonly<Record<string, string>> | undefined>;
}

const OUTPUTS_FILE = '.build/outputs.json';
/** In the order in which they are built on one another. */
const STACKS = ['PlatformStack', 'ServiceStack', 'EdgeStack'];

/** What `npm run deploy` does; returns the exit code: 0 done, 1 failed, 2 misused. */
export async function deployCommand(args: readonly string[], tools: DeployTools): Promise<number> {
  try {
    return await runCommand(args, tools.print, {
      call: 'npm run deploy',
      help: HELP,
      options: OPTIONS,
      run: (values) => {
        const options = readDeployOptions(values);
        if (options.here && !tools.emulator) throw new UsageError('--here is for an emulator: set AWS_ENDPOINT_URL');
        return deploy(options.stage, options, tools);
      },
    });
  } catch (error) {
    if (!(error instanceof StageConfigError)) throw error;
    tools.print(error.message);
    return MISUSED;
  }
}

async function deploy(stage: StageName, options: DeployOptions, tools: DeployTools): Promise<number> {
  const { print, emulator } = tools;
  const config = { ...tools.readStage(stage), ...(emulator && { region: emulator.region }) };
  const found = await checkStage(config, tools.openAccount(config.region), tools.fetch);
  const findings = emulator ? found.map(softenForEmulator) : found;
  for (const { state, what, line } of findings) print(`${state.padEnd(5)} ${what.padEnd(14)} ${line}`);
  const failed = findings.filter(({ state }) => state === 'fail').length;
  if (failed > 0) {
    print(`${failed} of ${findings.length} checks failed; nothing was changed.`);
    return 1;
  }
  if (options.checkOnly) {
    print(`${stage} can be deployed.`);
    return 0;
  }
  if (emulator) return deployToEmulator(stage, options, tools, emulator);
  const approval = ['--require-approval', options.yes ? 'never' : 'broadening'];
  const cdkArgs = ['deploy', ...STACKS, '-c', `stage=${stage}`, '--outputs-file', OUTPUTS_FILE, ...approval];
  const code = await tools.runCdk(cdkArgs, config.region);
  if (code !== 0) {
    print(`The CDK ended with ${code}. CloudFormation took back what it had begun; its events say why.`);
    return 1;
  }
  const { hours } = config.models;
  if (hours)
    print(`note  models run from "${hours.start}" to "${hours.stop}", ${hours.timeZone}: /ready waits for them`);
  return tryOut(stage, options, tools);
}

async function deployToEmulator(
  stage: StageName,
  options: DeployOptions,
  tools: DeployTools,
  emulator: Emulator,
): Promise<number> {
  const code = await emulator.deploy(options.here);
  if (code !== 0) return code;
  const restUrl = (await emulator.outputs())?.RestUrl;
  if (!restUrl) throw new Error('the emulator does not tell the address of the REST API');
  return tryOutAt(restUrl, stage, options, tools);
}

async function tryOut(stage: StageName, options: DeployOptions, tools: DeployTools): Promise<number> {
  const outputs = z.record(z.string(), z.record(z.string(), z.string())).parse(await tools.readOutputs(OUTPUTS_FILE));
  const restUrl = outputs[`understudy-${stage}`]?.RestUrl;
  if (!restUrl) throw new Error(`${OUTPUTS_FILE} does not tell the address of the REST API`);
  const targets = Object.entries(outputs[`understudy-${stage}-edge`] ?? {}).filter(([name]) => name.endsWith('Target'));
  for (const [name, value] of targets) tools.print(`dns   ${name.replace('Target', '').toLowerCase()} → ${value}`);
  return tryOutAt(restUrl, stage, options, tools);
}

async function tryOutAt(
  restUrl: string,
  stage: StageName,
  { waitMinutes }: DeployOptions,
  { fetch, wait, now, print }: DeployTools,
): Promise<number> {
  if (!(await smokeTest({ restUrl, waitMinutes, fetch, wait, now, print }))) {
    print('It is deployed, and it is not ready. docs/runbook.md says where to look.');
    return 1;
  }
  print(`${stage} is ready: ${restUrl}`);
  return 0;
}

export async function readOutputs(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
