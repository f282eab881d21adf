import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunctions } from '../../../infra/build/build-functions.ts';
import { BUNDLING } from '../../../infra/build/bundle.ts';
import { PROJECT_ROOT } from '../../../infra/build/function-entries.ts';
import type { BenchRow } from '../bench-row.ts';
import { BUNDLE_BUDGETS_KB } from '../bundle-budgets.ts';
import { type Figure, quantile } from '../figure.ts';

const MS_PER_100_KB = 10;
const IMPORTS = 7;

/** What a cold start has to load; beside it what the libraries under it cost without a line of ours, in the same run. */
export const bundleSizes: BenchRow = {
  ids: ['C11'],
  measure: async () => {
    const bare = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
    try {
      const { folder } = await buildFunctions();
      const names = Object.keys(BUNDLE_BUDGETS_KB);
      const files = names.map((name) => join(folder, 'functions', name, 'index.mjs'));
      const [floor, ...costs] = measureImports([await bundleOfLibraries(bare), ...files]);
      return names.flatMap((name, index) => figuresOf(name, costs[index], floor));
    } finally {
      rmSync(bare, { recursive: true, force: true });
    }
  },
};

interface ImportCost {
  readonly kilobytes: number;
  readonly ms: number;
}

function figuresOf(name: string, cost: ImportCost | undefined, floor: ImportCost | undefined): Figure[] {
  if (!cost || !floor) throw new Error(`the import of ${name} was not measured`);
  const perHundred = ({ ms, kilobytes }: ImportCost) => ms / (kilobytes / 100);
  const beside = `bare pg, zod, ioredis and S3 client: ${perHundred(floor).toPrecision(3)}`;
  return [
    { id: 'C11', name: `bundle of ${name}`, reached: cost.kilobytes, atMost: BUNDLE_BUDGETS_KB[name] ?? 0, unit: 'KB' },
    {
      id: 'C11',
      name: `import of ${name}`,
      reached: perHundred(cost),
      atMost: MS_PER_100_KB,
      unit: 'ms per 100 KB',
      note: `${Math.round(cost.ms)} ms; ${beside}`,
    },
  ];
}

/** What each function that speaks to Postgres, Redis and S3 stands on, bundled as the functions are. */
async function bundleOfLibraries(folder: string): Promise<string> {
  const outfile = join(folder, 'libraries.mjs');
  const contents = [
    "export { Pool } from 'pg';",
    "export { Redis, Cluster } from 'ioredis';",
    "export { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';",
    "import * as z from 'zod';",
    'export const Thing = z.object({ name: z.string() });',
  ].join('\n');
  await build({ ...BUNDLING, stdin: { contents, resolveDir: PROJECT_ROOT }, outfile, sourcemap: false });
  return outfile;
}

/** One after the other, several rounds of it, so that other work meets all alike; the best of each counts. */
function measureImports(files: readonly string[]): ImportCost[] {
  const rounds = Array.from({ length: IMPORTS }, () => files.map(importTimeMs));
  return files.map((file, index) => ({
    kilobytes: statSync(file).size / 1_000,
    ms: quantile(
      rounds.map((times) => times[index] ?? Number.POSITIVE_INFINITY),
      0,
    ),
  }));
}

/** In a process of its own, as a cold start is one: from a Node that runs to a module that is ready. */
function importTimeMs(file: string): number {
  const program = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t); process.exit(0)`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}
