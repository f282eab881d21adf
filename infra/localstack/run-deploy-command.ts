import { spawn } from 'node:child_process';
import { ensureAssembly } from '../local/build-assembly.ts';
import { deployCommand } from './deploy-command.ts';

/** `npm run localstack:deploy` with these arguments, in this process; resolves with the exit code. */
export function runDeployCommand(args: readonly string[]): Promise<number> {
  const print = (line: string) => console.log(line);
  return deployCommand(args, {
    env: process.env,
    print,
    fetch,
    build: () => ensureAssembly((message) => print(`stack    ${message}`)),
    runCdk: (cdkArgs, env) => {
      const child = spawn('node_modules/.bin/cdklocal', cdkArgs, { stdio: 'inherit', env: { ...process.env, ...env } });
      return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => resolve(code ?? 1));
      });
    },
  });
}
