import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEmulator } from '../../infra/localstack/emulator.ts';
import { PROJECT_ROOT } from '../support/module-graph.ts';
import { freePort } from '../support/running-host.ts';
import { until } from '../support/until.ts';

// boto3 is no dependency of MiniStack's, yet without it bucket notifications hang.
const PACKAGES = ['ministack==1.4.21', 'boto3==1.44.5'];
const FOLDER = join(PROJECT_ROOT, '.build', 'ministack');
const STAMP = join(FOLDER, PACKAGES.join(' '));

/** The program, installed into a folder of the build at the first call; or the one line that says what is missing. */
export function installMiniStack(): { program: string } | { missing: string } {
  const program = join(FOLDER, 'bin', 'ministack');
  if (existsSync(STAMP)) return { program };
  rmSync(FOLDER, { recursive: true, force: true });
  const version = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  if (spawnSync('python3', ['-c', version], { timeout: 20_000 }).status !== 0) {
    return { missing: 'it needs Python 3.10 or newer with venv' };
  }
  if (spawnSync('python3', ['-m', 'venv', FOLDER], { timeout: 60_000 }).status !== 0) {
    return { missing: 'Python could not make an environment for it' };
  }
  const install = ['install', '--quiet', '--disable-pip-version-check', '--retries', '1', ...PACKAGES];
  const { status, stderr } = spawnSync(join(FOLDER, 'bin', 'pip'), install, { timeout: 120_000, encoding: 'utf8' });
  if (status !== 0) {
    return { missing: `it could not be installed from PyPI (${stderr?.trim().split('\n').at(-1) ?? 'no answer'})` };
  }
  writeFileSync(STAMP, '');
  return { program };
}

export interface MiniStack {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on loopback with all it keeps in `folder`. Its functions run on the Node of this project. */
export async function startMiniStack(program: string, folder: string): Promise<MiniStack> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, [], {
    cwd: folder,
    // A group of its own: the functions' processes are its children, and end with it.
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: `${join(PROJECT_ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      S3_DATA_DIR: join(folder, 's3'),
      STATE_DIR: join(folder, 'state'),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AWS_ENDPOINT_URL: url,
      LOG_LEVEL: 'WARNING',
    },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const stop = async () => {
    signal('SIGTERM');
    const insist = setTimeout(() => signal('SIGKILL'), 5_000);
    await gone;
    clearTimeout(insist);
    signal('SIGKILL');
  };
  try {
    await until('MiniStack to answer', () =>
      requireEmulator(url).then(
        () => true,
        () => undefined,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
