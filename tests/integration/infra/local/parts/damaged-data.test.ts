import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAwsGateway } from '../../../../../infra/local/parts/aws-gateway.ts';
import { startChroma } from '../../../../../infra/local/parts/chroma.ts';
import { openPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;
beforeEach(() => {
  bench = openPartBench();
});
afterEach(() => bench.remove());

function damage(folder: string, file: string): void {
  mkdirSync(join(bench.dataFolder, folder), { recursive: true });
  writeFileSync(join(bench.dataFolder, folder, file), 'garbage');
}

test('damaged vectors are told in one line that says what to do', async () => {
  damage('chroma', 'chroma.sqlite3');

  const starting = startChroma(await bench.context(), undefined);

  await expect(starting).rejects.toThrow(
    /^chroma did not start: .*chroma is damaged \(file is not a database\): .*reconcile/,
  );
});

test('damaged queues are told in one line that says what to do', async () => {
  damage('aws', 'fauxqs.db');

  const starting = startAwsGateway(await bench.context());

  await expect(starting).rejects.toThrow(
    /^\S+aws is damaged \(file is not a database\): restore it, or start with --fresh/,
  );
});
