import { retitlePage } from '../../../../shared/lifecycles/document/open-page.ts';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { withoutDirectionMarks } from '../../../../shared/models/plain-text.ts';
import { observeWork } from '../../../../shared/observability/metrics.ts';
import { cleanText } from '../text/clean-text.ts';
import { indexDocument } from './index-document.ts';
import type { DocumentWork, IngestTools } from './ingest-tools.ts';
import { ReadingProgress } from './reading-progress.ts';
import { approveFile, fetchFile, scanForMalware } from './take-upload.ts';

const MAX_TITLE_CHARACTERS = 300;

/** Takes a claimed document through the scan, into chunks and vectors, and live. */
export async function ingestDocument(tools: IngestTools, claimed: DocumentWork): Promise<void> {
  if (claimed.row.status === 'scanning') await tools.malware.refuseKnown(claimed.row);
  const { path, row } = await timed('fetch', () => fetchFile(tools, claimed));
  const document = { ...claimed, row };
  await scanForMalware(tools, document, path);
  // The reader is fenced in, so it may start while the file's build is checked; what it says is used afterwards only.
  const reading = new AbortController();
  const signal = AbortSignal.any([document.signal, reading.signal]);
  let title = '';
  const progress = new ReadingProgress();
  const blocks = tools.extractor.extract(path, row.content_type, signal, {
    onTitle: (told) => {
      title ||= told;
    },
    onPages: (done, total) => progress.readPages(done, total),
    onUnreadablePages: (count) => progress.lostPages(count),
  });
  try {
    await timed('scan', () => approveFile(tools, document, path));
    const text = row.source === 'page' ? titled(tools, document, blocks, () => title) : blocks;
    await timed('index', () => indexDocument(tools, document, text, progress));
  } finally {
    reading.abort();
  }
}

/** The same blocks; once they are through, the page is called what it calls itself. */
async function* titled(
  tools: IngestTools,
  { hold }: DocumentWork,
  blocks: AsyncIterable<TextBlock>,
  readTitle: () => string,
): AsyncGenerator<TextBlock> {
  yield* blocks;
  const title = withoutDirectionMarks(cleanText(readTitle()))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TITLE_CHARACTERS);
  if (title === '') return;
  await tools.database.withTenant(hold.creatorId, (db) => retitlePage(db, hold, title.toWellFormed()));
}

const timed = <T>(stage: 'fetch' | 'scan' | 'index', step: () => Promise<T>) =>
  observeWork('understudy_ingest_stage_seconds', { stage }, step);
