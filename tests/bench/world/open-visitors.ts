import { setTimeout as pause } from 'node:timers/promises';
import { BenchVisitor } from './bench-visitor.ts';
import type { BenchWorld } from './bench-world.ts';

const AT_ONCE = 10;
const ATTEMPTS = 5;

/** So many visitors with open sockets, a few at a time. */
export async function openVisitors(world: BenchWorld, count: number): Promise<BenchVisitor[]> {
  const visitors: BenchVisitor[] = [];
  while (visitors.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - visitors.length) }, () => openPatiently(world));
    visitors.push(...(await Promise.all(some)));
  }
  return visitors;
}

/** Comes back after a refusal, as the widget does: on a machine that is busy with other things the host sends some away. */
async function openPatiently(world: BenchWorld, attempt = 1): Promise<BenchVisitor> {
  try {
    return await BenchVisitor.open(world.client, world.widgetId);
  } catch (error) {
    if (attempt === ATTEMPTS) throw error;
    await pause(attempt * 1_000);
    return openPatiently(world, attempt + 1);
  }
}
