import { spawn } from 'node:child_process';
import { PROJECT_ROOT } from '../build/function-entries.ts';
import { ensureAssembly } from '../local/build-assembly.ts';
import { deployCommand } from './deploy-command.ts';

// npm run localstack:deploy
process.chdir(PROJECT_ROOT);
const print = (line: string) => console.log(line);
process.exitCode = await deployCommand(process.argv.slice(2), {
  env: process.env,
  print,
  fetch,
  build: () => ensureAssembly((message) => print(`stack    ${message}`)),
  runCdk: (args, env) => {
    const child = spawn('node_modules/.bin/cdklocal', args, { stdio: 'inherit', env: { ...process.env, ...env } });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
  },
});
