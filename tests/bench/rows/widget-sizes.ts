import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildFunctions } from '../../../infra/build/build-functions.ts';
import type { BenchRow } from '../bench-row.ts';

/** What a visitor's browser loads, gzipped. */
export const widgetSizes: BenchRow = {
  ids: ['C13'],
  measure: async () => {
    const { folder } = await buildFunctions();
    const cwd = join(folder, 'functions/auth-api/web/widget');
    const gzippedKb = (pattern: string) => {
      const [file] = globSync(pattern, { cwd });
      if (file === undefined) throw new Error(`there is no ${pattern} in ${cwd}`);
      return gzipSync(readFileSync(join(cwd, file))).length / 1_000;
    };
    return [
      { id: 'C13', name: 'widget loader, gzipped', reached: gzippedKb('*/loader-*.js'), atMost: 5, unit: 'KB' },
      { id: 'C13', name: 'widget app, gzipped', reached: gzippedKb('*/app-*.js'), atMost: 45, unit: 'KB' },
    ];
  },
};
