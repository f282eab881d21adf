import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { openIngestByProcess } from '../../support/safety/ingest-by-process.ts';

const TEXT = Array.from({ length: 300 }, (_, n) => `Remark ${n}: the kiln is fired to ${900 + n} degrees.`).join(' ');
/** Without SAFETY=full every so manieth moment. */
const EVERY = figure(18, 1);

let ingest: Awaited<ReturnType<typeof openIngestByProcess>>;
beforeAll(async () => {
  ingest = await openIngestByProcess();
});
afterAll(() => ingest.close());

/** Every moment at which a worker can end while it does this: before and after each of its steps. */
async function momentsOf(body: string): Promise<string[]> {
  const end = await ingest.work(body);
  if (end === 'killed') throw new Error('the worker was not to be killed');
  return end.steps.flatMap((step) => [`before ${step}`, `after ${step}`]).filter((_, place) => place % EVERY === 0);
}

test(
  'A15: a worker that is killed at any step of reading a document loses nothing and leaves one generation',
  async () => {
    const moments = await momentsOf((await ingest.upload(TEXT)).event);
    let killed = 0;

    for (const moment of moments) {
      const { documentId, event } = await ingest.upload(TEXT);
      // How many transactions report progress depends on who is faster: the last of them may not come.
      killed += Number((await ingest.work(event, moment)) === 'killed');
      const between = await ingest.stored(documentId);
      await ingest.leaseRunsOut(documentId);
      // The queue delivers again what was not acknowledged; the sweeper sends for what was accepted.
      await ingest.work(between.row?.status === 'awaiting_upload' ? event : ingest.message('process', documentId));

      const { row, generations, chunks } = await ingest.stored(documentId);
      expect(between.generations.size, moment).toBeLessThanOrEqual(1);
      expect(row, moment).toMatchObject({ status: 'ready', live_generation: 1, generation: 1, chunk_count: chunks });
      expect(generations, moment).toEqual(new Set([1]));
      expect(chunks, moment).toBeGreaterThan(1);
      expect(await ingest.vectorsOf(documentId), moment).toBe(chunks);
    }

    expect(moments.length).toBeGreaterThanOrEqual(2);
    expect(killed).toBeGreaterThanOrEqual(Math.floor(moments.length * 0.6));
    tellFigure('A15', `worker killed at ${killed} moments of an ingest`, '0 lost, 1 generation', '0 lost');
  },
  2 * WITHIN_MS,
);

test(
  'A15: a worker that is killed at any step of a collection is followed by one that leaves nothing',
  async () => {
    const deleted = async () => {
      const { documentId, event } = await ingest.upload(TEXT);
      await ingest.work(event);
      await ingest.remove(documentId);
      return { documentId, body: ingest.message('collect', documentId) };
    };
    const moments = await momentsOf((await deleted()).body);

    for (const moment of moments) {
      const { documentId, body } = await deleted();
      expect(await ingest.work(body, moment), moment).toBe('killed');
      await ingest.work(body);

      expect(await ingest.stored(documentId), moment).toMatchObject({ row: undefined, chunks: 0 });
      expect(await ingest.vectorsOf(documentId), moment).toBe(0);
      expect(await ingest.receipts(documentId), moment).toBe(1);
    }

    tellFigure('A15', `worker killed at ${moments.length} moments of a collection`, 'nothing left', 'nothing left');
  },
  2 * WITHIN_MS,
);
