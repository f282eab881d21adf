import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { PROJECT_ROOT } from './build/function-entries.ts';
import { openAwsAccount } from './deploy/aws-account.ts';
import { deployCommand, type Emulator, readOutputs } from './deploy/deploy-command.ts';
import { readStageConfig } from './stage-config.ts';

// npm run deploy -- --stage dev|staging|prod
process.chdir(PROJECT_ROOT);
const endpoint = process.env.AWS_ENDPOINT_URL?.replace(/\/+$/, '') || undefined;
process.exitCode = await deployCommand(process.argv.slice(2), {
  print: (line) => console.log(line),
  readStage: readStageConfig,
  openAccount: (region) => openAwsAccount(region, fetch, endpoint),
  fetch,
  runCdk,
  readOutputs,
  wait,
  now: Date.now,
  emulator: endpoint === undefined ? undefined : await emulatorAt(endpoint),
});

/** Read only where there is one: it brings the local host's parts along. */
async function emulatorAt(address: string): Promise<Emulator> {
  const { deployedOutputs, EMULATED_REGION } = await import('./localstack/emulator.ts');
  const { STACK_NAME } = await import('./localstack/deploy-command.ts');
  const { runDeployCommand } = await import('./localstack/run-deploy-command.ts');
  return {
    region: EMULATED_REGION,
    deploy: (here) => runDeployCommand(here ? ['--here'] : []),
    outputs: () => deployedOutputs(address, STACK_NAME),
  };
}

function runCdk(args: readonly string[], region: string): Promise<number> {
  const child = spawn('node_modules/.bin/cdk', args, {
    stdio: 'inherit',
    env: { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
