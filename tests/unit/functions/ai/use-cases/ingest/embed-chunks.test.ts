import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../../../../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { type EmbeddingSteps, embedChunks } from '../../../../../../functions/ai/use-cases/ingest/embed-chunks.ts';

async function* chunks(count: number): AsyncGenerator<Chunk> {
  for (let index = 0; index < count; index += 1) {
    yield { index, text: `text ${index}`, page: null, pageStarts: [], headingPath: [], tokenCount: 2 };
  }
}

function recordingSteps(change: Partial<EmbeddingSteps> = {}) {
  const seen = {
    batches: [] as number[],
    stored: [] as number[],
    reported: [] as number[],
    reserved: 0,
    atModel: 0,
    most: 0,
  };
  const steps: EmbeddingSteps = {
    async embed(texts) {
      seen.batches.push(texts.length);
      seen.atModel += 1;
      seen.most = Math.max(seen.most, seen.atModel);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.atModel -= 1;
      return texts.map(() => [1]);
    },
    async reserve(count) {
      seen.reserved = count;
    },
    async store(batch) {
      expect(batch.at(-1)?.index).toBeLessThan(seen.reserved);
      seen.stored.push(...batch.map((chunk) => chunk.index));
    },
    async onStored(count) {
      seen.reported.push(count);
    },
    ...change,
  };
  return { seen, steps };
}

describe('embedding', () => {
  test('begins with a small batch and keeps two at the model', async () => {
    const { seen, steps } = recordingSteps();

    const all = await embedChunks(chunks(50), 0, steps);

    expect(seen.batches).toEqual([4, 16, 16, 14]);
    expect(seen.most).toBe(2);
    expect(all).toHaveLength(50);
    expect(seen.stored.toSorted((a, b) => a - b)).toEqual(all.map((chunk) => chunk.index));
    expect(seen.reported.at(-1)).toBe(50);
  });

  test('skips what an earlier attempt has stored', async () => {
    const { seen, steps } = recordingSteps();

    const all = await embedChunks(chunks(30), 20, steps);

    expect(all).toHaveLength(30);
    expect(Math.min(...seen.stored)).toBe(20);
  });

  test('reports no chunk beyond a gap', async () => {
    let calls = 0;
    const { seen, steps } = recordingSteps({
      async store(batch) {
        calls += 1;
        if (calls === 1) await new Promise((resolve) => setTimeout(resolve, 30));
        seen.stored.push(...batch.map((chunk) => chunk.index));
      },
    });

    await embedChunks(chunks(36), 0, steps);

    expect(seen.reported).toEqual([36]);
  });

  test.each(['embed', 'reserve', 'store', 'onStored'] as const)('ends with the failure of "%s"', async (step) => {
    const { steps } = recordingSteps({
      [step]: async () => {
        throw new Error(`no ${step}`);
      },
    });

    await expect(embedChunks(chunks(60), 0, steps)).rejects.toThrow(`no ${step}`);
  });

  test('ends with the failure of the reader, once nothing is in flight', async () => {
    async function* broken() {
      yield* chunks(4);
      throw new Error('no reader');
    }
    const { seen, steps } = recordingSteps();

    await expect(embedChunks(broken(), 0, steps)).rejects.toThrow('no reader');
    expect(seen.atModel).toBe(0);
  });
});
