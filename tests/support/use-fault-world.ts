import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type FaultWorld, openFaultWorld } from './fault-world.ts';

/** The embedding of the question is the first request, the answer the second. */
export const LATER = undefined;
/** What comes to the visitor when all is well. */
export const ANSWERED = ['delta', 'citations', 'completed'];
/** The last frames that there may be. */
export const answer = {
  type: 'completed',
  refused: false,
  text: expect.stringContaining('opens at eleven on Sundays'),
};
export const refusal = { type: 'completed', refused: true, text: expect.stringMatching(/^I am sorry/) };
export const failed = (code: string) => ({ type: 'failed', error: expect.objectContaining({ code, details: {} }) });

/** A world for the tests of one file, handed over before they begin; after each of them all is well again. */
export function useFaultWorld(take: (world: FaultWorld) => void): void {
  let world: FaultWorld | undefined;
  beforeAll(async () => {
    world = await openFaultWorld();
    take(world);
  });
  afterEach(() => {
    if (!world) return;
    world.calm();
    world.announced.length = 0;
  });
  afterAll(() => world?.close());
}
