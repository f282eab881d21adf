import { spawn } from 'node:child_process';

/** Runs `docker` with these arguments; resolves with its exit code, or with undefined when there is no such program. */
export function runDocker(args: readonly string[], quiet = false): Promise<number | undefined> {
  const child = spawn('docker', args, { stdio: quiet ? 'ignore' : 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
