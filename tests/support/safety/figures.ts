import { appendFileSync } from 'node:fs';

/** `SAFETY=full` runs the figures of the test programme; without it about a twentieth of them. */
const FULL = process.env.SAFETY === 'full';

export function figure(share: number, full: number): number {
  return FULL ? full : share;
}

/** Every so manieth of them, or all at full figures. */
export function shareOf<T>(all: readonly T[], every: number): readonly T[] {
  return FULL ? all : all.filter((_, place) => place % every === 0);
}

/** A test that runs the full figure may take this long; it bounds hanging and decides nothing. */
export const WITHIN_MS = FULL ? 900_000 : 120_000;

/** Tells `npm run test:safety` what a line of the programme reached; see tests/support/safety/programme/. */
export function tellFigure(line: string, what: string, goal: string, reached: string): void {
  const file = process.env.SAFETY_REPORT;
  if (file) appendFileSync(file, `${JSON.stringify({ line, what, goal, reached })}\n`);
}
