/**
 * Ends this child process when its parent is gone, however it went: the pipe on standard input closes with it. It
 * ends hard, as it has nobody left to wait for it.
 */
export function endWithParent(): void {
  const vanish = () => process.kill(process.pid, 'SIGKILL');
  process.stdin.once('end', vanish);
  process.stdin.once('error', vanish);
  process.stdin.resume();
}

/** Ends it in order by SIGINT or SIGTERM, for a child that has nothing to put away. */
export function endOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}
