import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openScanWorld, type ScanWorld } from './scan-world.ts';

/** A world for the tests of one file, handed over before they begin. */
export function useScanWorld(take: (scan: ScanWorld) => void): void {
  let scan: ScanWorld | undefined;
  beforeAll(async () => {
    scan = await openScanWorld();
    take(scan);
  });
  afterAll(() => scan?.close());
  beforeEach(() => {
    if (scan) scan.world.embedded = [];
  });
}
