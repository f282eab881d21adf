import { readdirSync, readFileSync } from 'node:fs';

/** Proportional memory of a process and all that it started, in megabytes; shared pages count once. Linux only. */
export function treeMemoryMb(pid: number): number {
  let kilobytes = memoryKb(pid);
  for (const child of childrenOf(pid)) kilobytes += treeMemoryMb(child) * 1_024;
  return kilobytes / 1_024;
}

export function memoryKb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
