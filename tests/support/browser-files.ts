import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from './module-graph.ts';

export interface BrowserFiles {
  readonly program: string;
  /** What the program needs where the system brings neither its libraries nor fonts. */
  readonly env: Readonly<Record<string, string>>;
}

// The package unpacks into the temporary folder, for Lambda: shared between users, and half there while another
// process is at it. So it runs in a process of its own, with a temporary folder of our choice.
const UNPACK = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
/** Makes it unpack the libraries, too, that a system without a desktop does not have. */
const AS_ON_LAMBDA = 'AWS_Lambda_nodejs24.x';

/**
 * A Chromium from the npm registry with what it needs: on Linux for x64 nothing has to be on the machine. Unpacked
 * once into the build folder, whole or not at all.
 */
export async function browserFiles(): Promise<BrowserFiles> {
  const folder = join(PROJECT_ROOT, '.build', `browser-${await packageVersion()}`);
  if (!existsSync(folder)) await unpack(folder);
  const hasFonts = existsSync('/etc/fonts/fonts.conf');
  return {
    program: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      ...(!hasFonts && { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  };
}

async function unpack(folder: string): Promise<void> {
  await mkdir(join(PROJECT_ROOT, '.build'), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: AS_ON_LAMBDA },
    });
    // Another run may have been first; what it put there is the same.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function packageVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies['@sparticuz/chromium'] ?? '';
}
