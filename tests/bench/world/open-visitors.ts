import { BenchVisitor } from './bench-visitor.ts';
import type { BenchWorld } from './bench-world.ts';

const AT_ONCE = 10;

/** So many visitors with open sockets, a few at a time. */
export async function openVisitors(world: BenchWorld, count: number): Promise<BenchVisitor[]> {
  const visitors: BenchVisitor[] = [];
  while (visitors.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - visitors.length) }, () =>
      BenchVisitor.open(world.client, world.widgetId),
    );
    visitors.push(...(await Promise.all(some)));
  }
  return visitors;
}
