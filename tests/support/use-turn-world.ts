import { afterAll, afterEach, beforeAll } from 'vitest';
import { openTurnWorld, type TurnWorld } from './turn-world.ts';

/** A world for the tests of one file, handed over before they begin; after each of them it is as it was opened. */
export function useTurnWorld(take: (world: TurnWorld) => void): void {
  let world: TurnWorld | undefined;
  beforeAll(async () => {
    world = await openTurnWorld();
    take(world);
  });
  afterEach(() => world?.calm());
  afterAll(() => world?.close());
}
