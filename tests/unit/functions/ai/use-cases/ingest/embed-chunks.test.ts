import { describe, expect, test } from 'vitest';
import { BufferedStream } from '../../../../../../functions/ai/gateways/buffered-stream.ts';
import type { Chunk } from '../../../../../../functions/ai/use-cases/ingest/chunk.ts';
import { embedChunks } from '../../../../../../functions/ai/use-cases/ingest/embed-chunks.ts';
import type { EmbeddingSteps } from '../../../../../../functions/ai/use-cases/ingest/embedding-work.ts';
import { until } from '../../../../../support/until.ts';

async function* chunks(count: number): AsyncGenerator<Chunk> {
  for (let index = 0; index < count; index += 1) yield chunk(index);
}

function chunk(index: number): Chunk {
  return { index, text: `text ${index}`, page: null, pageStarts: [], headingPath: [], tokenCount: 2 };
}

/** A reader that gives so many chunks at each push. */
function slowChunks() {
  const stream = new BufferedStream<Chunk>();
  let next = 0;
  return {
    stream,
    push(count: number) {
      for (const end = next + count; next < end; next += 1) stream.push(chunk(next));
    },
  };
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
    onCut() {},
    async onStored(count) {
      seen.reported.push(count);
    },
    ...change,
  };
  return { seen, steps };
}

describe('embedding', () => {
  test('gives what there is to a model that has nothing to do', async () => {
    const { seen, steps } = recordingSteps();
    const { stream, push } = slowChunks();

    push(3);
    const embedding = embedChunks(stream, 0, steps);
    await until('the first batch', () => seen.stored.length === 3);
    push(2);
    await until('the second batch', () => seen.stored.length === 5);
    stream.end();

    await expect(embedding).resolves.toHaveLength(5);
    expect(seen.batches).toEqual([3, 2]);
  });

  test('waits for whole batches while the model is busy', async () => {
    const answers: (() => void)[] = [];
    const { seen, steps } = recordingSteps({
      async embed(texts) {
        seen.batches.push(texts.length);
        await new Promise<void>((resolve) => answers.push(resolve));
        return texts.map(() => [1]);
      },
    });
    const { stream, push } = slowChunks();

    push(1);
    const embedding = embedChunks(stream, 0, steps);
    await until('the first batch', () => seen.batches.length === 1);
    for (let pushed = 0; pushed < 17; pushed += 1) push(1);
    await until('the second batch', () => seen.batches.length === 2);
    stream.end();
    for (const batch of [1, 2, 3]) {
      await until(`batch ${batch} at the model`, () => answers.length >= batch);
      answers[batch - 1]?.();
    }

    await expect(embedding).resolves.toHaveLength(18);
    expect(seen.batches).toEqual([1, 16, 1]);
  });

  test('tells of each stored chunk once, in order, whichever batch is stored first', async () => {
    const told: number[] = [];
    const { seen, steps } = recordingSteps({
      async embed(texts) {
        if (texts[0] === 'text 0') await until('a later batch in the store', () => seen.stored.length > 0);
        return texts.map(() => [1]);
      },
      async onStored(count, since) {
        told.push(...since.map((chunk) => chunk.index));
        expect(told).toHaveLength(count);
      },
    });

    await embedChunks(chunks(100), 0, steps);

    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('says how many chunks there are before the last of them are at the model', async () => {
    const { seen, steps } = recordingSteps();
    let batches = 0;

    await embedChunks(chunks(100), 0, { ...steps, onCut: () => (batches = seen.batches.length) });

    expect(batches).toBeLessThan(seen.batches.length);
  });

  test('does not wait for a reader that says nothing more once a step has failed', async () => {
    const { steps } = recordingSteps({
      async embed() {
        throw new Error('no model');
      },
    });
    const { stream, push } = slowChunks();

    push(1);

    await expect(embedChunks(stream, 0, steps)).rejects.toThrow('no model');
  });

  test('keeps two at the model', async () => {
    const { seen, steps } = recordingSteps();

    const all = await embedChunks(chunks(50), 0, steps);

    expect(seen.batches).toEqual([16, 16, 16, 2]);
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
    const { seen, steps } = recordingSteps({
      async store(batch) {
        if (batch[0]?.index === 0) await until('all later batches in the store', () => seen.stored.length === 20);
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
