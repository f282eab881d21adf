import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;

/**
 * Looks at a process's resident memory from outside, where its own busy loop cannot hinder it, and calls `onExcess`
 * once it is above the limit. On Linux by /proc every 50 ms, elsewhere by `ps` every half second.
 */
export function watchMemory(pid: number | undefined, maxBytes: number, onExcess: () => void): { stop(): void } {
  if (pid === undefined) return { stop() {} };
  const onLinux = process.platform === 'linux';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async () => {
    const bytes = await (onLinux ? residentFromProc(pid) : residentFromPs(pid)).catch(() => 0);
    if (stopped) return;
    if (bytes > maxBytes) onExcess();
    else timer = setTimeout(look, onLinux ? 50 : 500);
  };
  timer = setTimeout(look, 0);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function residentFromProc(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8');
  return Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
}

function residentFromPs(pid: number): Promise<number> {
  return new Promise((resolve, reject) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      if (error) reject(error);
      else resolve(Number(stdout.trim()) * 1_024);
    });
  });
}
