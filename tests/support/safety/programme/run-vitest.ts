import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_ROOT } from '../../module-graph.ts';

export interface VitestRun {
  readonly files: readonly string[];
  readonly reporters: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly withinMs: number;
  /** Where the tree lies; this one unless told. */
  readonly root?: string;
  /** What the run prints goes there as well as it comes; onto this terminal unless told. */
  readonly onOutput?: (text: string) => void;
}

const GRACE_MS = 20_000;

/**
 * Runs these test files in a process group of their own, and ends it when the time is over: first asked, so that servers
 * are stopped and folders removed, then by force. Gives the exit code, or `undefined` when time ran out.
 */
export async function runVitest(run: VitestRun): Promise<number | undefined> {
  const root = run.root ?? PROJECT_ROOT;
  const reporters = run.reporters.map((reporter) => `--reporter=${reporter}`);
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...run.files, ...reporters], {
    cwd: root,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', run.onOutput ? 'pipe' : 'inherit', run.onOutput ? 'pipe' : 'inherit'],
    detached: true,
  });
  child.stdout?.on('data', (bytes: Buffer) => run.onOutput?.(bytes.toString('utf8')));
  child.stderr?.on('data', (bytes: Buffer) => run.onOutput?.(bytes.toString('utf8')));
  let late = false;
  const end = () => {
    late = true;
    void endGroup(child);
  };
  const timer = setTimeout(end, run.withinMs);
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const [code] = await once(child, 'close');
    return late ? undefined : Number(code ?? 1);
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGINT');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(timer);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It has ended already.
  }
}
