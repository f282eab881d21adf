import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExtractor } from '../../../functions/ai/gateways/extractor.ts';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { EXTRACTOR, temporaryFiles } from '../../support/extractor-program.ts';
import { shareOf, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { ENCRYPTED_PDFS } from '../../support/safety/uploads/encrypted-pdfs.ts';
import type { HostileFile } from '../../support/safety/uploads/hostile-file.ts';
import { MORE_PDFS } from '../../support/safety/uploads/more-pdfs.ts';
import { MORE_TEXTS } from '../../support/safety/uploads/more-texts.ts';
import { MORE_WORD_DOCUMENTS } from '../../support/safety/uploads/more-word-documents.ts';
import { NESTED_FILES } from '../../support/safety/uploads/nested-files.ts';
import { PDFS } from '../../support/safety/uploads/pdfs.ts';
import { TEXTS } from '../../support/safety/uploads/texts.ts';
import { WORD_DOCUMENTS } from '../../support/safety/uploads/word-documents.ts';

const MEBIBYTE = 1024 * 1024;
const CORPUS: readonly HostileFile[] = [
  ...[...TEXTS, ...WORD_DOCUMENTS, ...PDFS],
  ...[...MORE_TEXTS, ...MORE_WORD_DOCUMENTS, ...MORE_PDFS, ...NESTED_FILES, ...ENCRYPTED_PDFS],
];
const TRIED = shareOf(CORPUS, 12);

let files: Awaited<ReturnType<typeof temporaryFiles>>;
const peaks: number[] = [];
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

/** As in production, but that a file which takes longer than 20 s is ended: a wrong verdict for every one of them. */
const extractor = openExtractor({
  ...EXTRACTOR,
  timeoutMs: 20_000,
  onPeak: (bytes) => peaks.push(bytes),
});

async function verdictOn({ make, type }: HostileFile): Promise<string> {
  const path = await files.write(await make());
  const { signal } = new AbortController();
  try {
    await extractor.scan(path, type, signal);
    for await (const _ of extractor.extract(path, type, signal));
    return 'ready';
  } catch (error) {
    if (error instanceof DocumentProcessingError) return error.reason;
    throw error;
  }
}

describe('A9: hostile uploads', () => {
  let wrong = 0;

  test('there are sixty files or more, of every kind', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CORPUS.map(({ name, type }) => `${name} ${type}`)).size).toBe(CORPUS.length);
  });

  test.each(TRIED)(
    '$name ($type): $verdict',
    async (file) => {
      const verdict = await verdictOn(file);

      if (verdict !== file.verdict) wrong += 1;
      expect(verdict).toBe(file.verdict);
    },
    WITHIN_MS,
  );

  test('no file took more than 512 MB', () => {
    const peak = Math.max(...peaks);
    const reached = `${wrong} wrong of ${TRIED.length}; ${Math.round(peak / MEBIBYTE)} MB at most`;
    tellFigure('A9', 'hostile uploads', '60 files, 0 wrong verdicts, each ≤ 20 s and ≤ 512 MB', reached);

    expect(peak).toBeLessThanOrEqual(512 * MEBIBYTE);
  });
});
