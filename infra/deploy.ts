import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { PROJECT_ROOT } from './build/function-entries.ts';
import { openAwsAccount } from './deploy/aws-account.ts';
import { deployCommand, readOutputs } from './deploy/deploy-command.ts';
import { readStageConfig } from './stage-config.ts';

// npm run deploy -- --stage dev|staging|prod
process.chdir(PROJECT_ROOT);
process.exitCode = await deployCommand(process.argv.slice(2), {
  print: (line) => console.log(line),
  readStage: readStageConfig,
  openAccount: openAwsAccount,
  fetch,
  runCdk,
  readOutputs,
  wait,
  now: Date.now,
});

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
