import { describe, expect, test, vi } from 'vitest';
import { ReadingProgress } from '../../../../../../functions/ai/use-cases/ingest/reading-progress.ts';
import { tellWhileReading } from '../../../../../../functions/ai/use-cases/ingest/tell-while-reading.ts';

describe('the progress of a document', () => {
  test('is pages while they are being read, then passages', () => {
    const progress = new ReadingProgress();

    const seen = [progress.now()];
    progress.readPages(20, 193);
    progress.storedChunks(16);
    seen.push(progress.now());
    progress.cutChunks(293);
    seen.push(progress.now());

    expect(seen).toEqual([
      { stage: 'extract', done: 0, total: 0 },
      { stage: 'extract', done: 20, total: 193 },
      { stage: 'embed', done: 16, total: 293 },
    ]);
  });

  test('stays within what the database takes, whatever a file claims', () => {
    const progress = new ReadingProgress();

    progress.readPages(10, 9e15);

    expect(progress.now().total).toBe(2 ** 31 - 1);
  });

  test('is told again only when it has changed, and one at a time', async () => {
    vi.useFakeTimers();
    try {
      let value = 1;
      const told: number[] = [];
      const answers: (() => void)[] = [];
      const tell = (now: number) => {
        told.push(now);
        return new Promise<void>((resolve) => answers.push(resolve));
      };

      const telling = tellWhileReading(() => value, tell, 1_000);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(told).toEqual([]);
      value = 2;
      await vi.advanceTimersByTimeAsync(1_000);
      value = 3;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(told).toEqual([2]);
      answers[0]?.();
      await vi.advanceTimersByTimeAsync(1_000);
      answers[1]?.();
      await telling.stop();
      await vi.advanceTimersByTimeAsync(5_000);

      expect(told).toEqual([2, 3]);
    } finally {
      vi.useRealTimers();
    }
  });
});
