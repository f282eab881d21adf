import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;

export interface MemoryWatch {
  stop(): void;
  /** The most that was seen; between two looks it may have been more. */
  peakBytes(): number;
}

/**
 * Looks at a process's resident memory from outside, where its own busy loop cannot hinder it, and calls `onExcess`
 * once it is above the limit. On Linux by /proc every 20 ms, elsewhere by `ps` every half second.
 */
export function watchMemory(pid: number | undefined, maxBytes: number, onExcess: () => void): MemoryWatch {
  if (pid === undefined) return { stop() {}, peakBytes: () => 0 };
  const onLinux = process.platform === 'linux';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let peak = 0;
  const look = async () => {
    const bytes = await (onLinux ? residentFromProc(pid) : residentFromPs(pid)).catch(() => 0);
    peak = Math.max(peak, bytes);
    if (stopped) return;
    if (bytes > maxBytes) onExcess();
    else timer = setTimeout(look, onLinux ? 20 : 500);
  };
  timer = setTimeout(look, 0);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    peakBytes: () => peak,
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
