import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunctions } from '../../../infra/build/build-functions.ts';
import type { BenchRow } from '../bench-row.ts';
import { BUNDLE_BUDGETS_KB } from '../bundle-budgets.ts';
import { type Figure, quantile } from '../figure.ts';

const MS_PER_100_KB = 10;
const IMPORTS = 5;

/** What a cold start has to load. */
export const bundleSizes: BenchRow = {
  ids: ['C11'],
  measure: async () => {
    const { folder } = await buildFunctions();
    return Object.entries(BUNDLE_BUDGETS_KB).flatMap(([name, atMost]): Figure[] => {
      const file = join(folder, 'functions', name, 'index.mjs');
      const kilobytes = statSync(file).size / 1_000;
      const importMs = importTimeMs(file);
      const perHundred = { reached: importMs / (kilobytes / 100), atMost: MS_PER_100_KB, unit: 'ms per 100 KB' };
      return [
        { id: 'C11', name: `bundle of ${name}`, reached: kilobytes, atMost, unit: 'KB' },
        { id: 'C11', name: `import of ${name}`, ...perHundred, note: `${Math.round(importMs)} ms` },
      ];
    });
  },
};

/** In a process of its own each time, as a cold start is one; the best of several. */
function importTimeMs(file: string): number {
  const program = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t); process.exit(0)`;
  const times = Array.from({ length: IMPORTS }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
  );
  return quantile(times, 0);
}
