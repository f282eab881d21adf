import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openExtractor } from '../../../functions/ai/gateways/extractor.ts';
import { buildFunctions } from '../../../infra/build/build-functions.ts';
import { makeUnicodePdf } from '../../support/make-unicode-pdf.ts';
import type { BenchRow } from '../bench-row.ts';

const MEBIBYTE = 1024 * 1024;
const LINES = 45;
const run = promisify(execFile);

/** A long PDF: what the extractor's process holds at most, whether that grows with the pages, and text per second. */
export const extraction: BenchRow = {
  ids: ['C5'],
  measure: async ({ full }) => {
    const pages = full ? 2_000 : 500;
    const { folder } = await buildFunctions();
    const program = join(folder, 'layers/extractor/extractor/extract.mjs');
    const files = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
    try {
      const long = await pdfOf(pages, join(files, 'long.pdf'));
      const short = await pdfOf(pages / 10, join(files, 'short.pdf'));
      const [few, most] = [await read(program, short), await read(program, long)];
      const seconds = (await cpuSeconds(program, long)) - (await cpuSeconds(program, short));
      const speed = (most.textBytes - few.textBytes) / 1_000_000 / seconds;
      const name = `${pages}-page PDF`;
      return [
        { id: 'C5', name: `${name}: peak memory`, reached: most.peakBytes / MEBIBYTE, atMost: 256, unit: 'MB' },
        { id: 'C5', name: `${name}: memory ÷ that of a tenth`, reached: most.peakBytes / few.peakBytes, atMost: 1.5 },
        { id: 'C5', name: `${name}: text per CPU second`, reached: speed, atLeast: 1, unit: 'MB/s' },
      ];
    } finally {
      await rm(files, { recursive: true, force: true });
    }
  },
};

async function pdfOf(pages: number, path: string): Promise<string> {
  const line = (page: number, n: number) =>
    `Page ${page}, line ${n}: the ${(page * 31 + n * 7) % 997} ways of baking bread.`;
  const texts = Array.from({ length: pages }, (_, page) => Array.from({ length: LINES }, (__, n) => line(page + 1, n)));
  await writeFile(path, makeUnicodePdf(texts));
  return path;
}

async function read(program: string, path: string): Promise<{ peakBytes: number; textBytes: number }> {
  let peakBytes = 0;
  let textBytes = 0;
  const extractor = openExtractor({ program, timeoutMs: 600_000, onPeak: (bytes) => (peakBytes = bytes) });
  for await (const { text } of extractor.extract(path, 'application/pdf', new AbortController().signal)) {
    textBytes += Buffer.byteLength(text);
  }
  return { peakBytes, textBytes };
}

/** The shell's own account of what its children took: time on a busy machine says nothing. */
async function cpuSeconds(program: string, path: string): Promise<number> {
  const flags = ['--permission', '--allow-fs-read=*', '--no-warnings', '--max-semi-space-size=8'];
  const command = [process.execPath, ...flags, program, 'read', path, 'application/pdf'];
  const { stdout } = await run('/bin/sh', ['-c', '"$@" > /dev/null; times', 'sh', ...command]);
  const [, children = ''] = stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec),
    0,
  );
}
