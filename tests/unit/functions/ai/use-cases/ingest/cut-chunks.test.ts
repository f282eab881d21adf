import llamaTokenizer from 'llama-tokenizer-js';
import { describe, expect, test } from 'vitest';
import type { Chunk, ChunkLimits } from '../../../../../../functions/ai/use-cases/ingest/chunk.ts';
import { cutChunks } from '../../../../../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { countTokens } from '../../../../../../functions/ai/use-cases/text/count-tokens.ts';
import type { TextBlock } from '../../../../../../shared/models/extraction.ts';
import { collectAll } from '../../../../../support/collect-all.ts';

const DEFAULTS: ChunkLimits = { chunkTokens: 1_000, overlapTokens: 200 };

async function* stream(blocks: readonly Omit<TextBlock, 'type'>[]): AsyncGenerator<TextBlock> {
  for (const block of blocks) yield { type: 'block', ...block };
}

const cut = (blocks: readonly Omit<TextBlock, 'type'>[], limits = DEFAULTS): Promise<Chunk[]> =>
  collectAll(cutChunks(stream(blocks), limits));
const exactly = (text: string) => llamaTokenizer.encode(text, false, true).length;
const letters = (text: string) => text.replace(/\s+/g, '');

const randomText = (characters: number) => {
  let state = 7;
  let text = '';
  while (text.length < characters) {
    state = (state * 48_271) % 2_147_483_647;
    text += String.fromCharCode(33 + (state % 94));
  }
  return text;
};

const TEXTS: Record<string, string> = {
  English: 'The bread rises slowly, overnight, in the cold. Nobody hurries it! Would you? '.repeat(400),
  Chinese: '机器学习是人工智能的一个分支。它研究如何让计算机从数据中学习。'.repeat(300),
  'Chinese without marks': '机器学习是人工智能的一个分支它研究如何让计算机从数据中学习'.repeat(300),
  Arabic: 'التعلم الآلي هو فرع من فروع الذكاء الاصطناعي، أليس كذلك؟ '.repeat(300),
  Russian: 'Машинное обучение является частью искусственного интеллекта. '.repeat(300),
  Korean: '기계 학습은 인공지능의 한 분야이다. '.repeat(300),
  Thai: 'การเรียนรู้ของเครื่องเป็นสาขาหนึ่งของปัญญาประดิษฐ์'.repeat(200),
  emoji: '😀👍🏽🎉'.repeat(2_000),
  'one word without an end': randomText(30_000),
  rulers: `${'-'.repeat(70)}\n`.repeat(400),
};

describe.each(Object.entries(TEXTS))('a text in %s', (_, text) => {
  test('gives chunks that the chat model counts below the limit, and that hold every letter', async () => {
    const chunks = await cut([{ text }]);

    expect(Math.max(...chunks.map((chunk) => exactly(chunk.text)))).toBeLessThanOrEqual(1_000);
    let place = 0;
    for (const chunk of chunks) {
      const part = letters(chunk.text);
      const found = letters(text).lastIndexOf(part, place);
      expect(found).toBeGreaterThanOrEqual(0);
      place = Math.max(place, found + part.length);
    }
    expect(chunks.at(-1)?.text.slice(-3)).toBe(text.trim().slice(-3));
  });
});

test('tokens are counted as the chat model counts them', () => {
  for (const text of ['Hello, world!', '  two  spaces', 'a\n\n\tb', 'naïve — “quoted”', '机器 learning', 'x▁y', '🙂']) {
    expect(countTokens(text)).toBe(exactly(text));
  }
});

test('a short text is one chunk, as it is', async () => {
  const text = 'One line.\nAnother line.';

  expect(await cut([{ text, page: 3, heading_path: ['A', 'B'] }])).toEqual([
    { index: 0, text, page: 3, pageStarts: [[0, 3]], headingPath: ['A', 'B'], tokenCount: exactly(text) },
  ]);
});

test('chunks overlap by whole sentences', async () => {
  const sentences = Array.from({ length: 60 }, (_, n) => `This is sentence number ${n} of the text.`);

  const chunks = await cut([{ text: sentences.join(' ') }], { chunkTokens: 100, overlapTokens: 30 });

  for (const [place, chunk] of chunks.slice(1).entries()) {
    const first = /^This is sentence number \d+ of the text\./.exec(chunk.text)?.[0] ?? 'none';
    expect(chunks[place]?.text).toContain(first);
  }
});

test('a new heading ends a well-filled chunk, and nothing is repeated across it', async () => {
  const section = 'Some words stand here to fill it. '.repeat(20);

  const chunks = await cut(
    [
      { text: section, heading_path: ['One'] },
      { text: section, heading_path: ['Two'] },
    ],
    { chunkTokens: 220, overlapTokens: 40 },
  );

  expect(chunks.map((chunk) => chunk.headingPath)).toEqual([['One'], ['Two']]);
  expect(chunks[1]?.text).toBe(section.trim());
});

test('a chunk bears the page on which what is new in it begins', async () => {
  const pages = Array.from({ length: 12 }, (_, n) => ({ text: `Page ${n + 1} says this. `.repeat(20), page: n + 1 }));

  const chunks = await cut(pages, { chunkTokens: 300, overlapTokens: 60 });

  for (const chunk of chunks) expect(chunk.text).toContain(`Page ${chunk.page} says this.`);
  expect(new Set(chunks.map((chunk) => chunk.page)).size).toBe(chunks.length);
});

test('the same text gives the same chunks every time', async () => {
  const blocks = [{ text: TEXTS.English ?? '' }, { text: TEXTS.Chinese ?? '' }];

  expect(await cut(blocks)).toEqual(await cut(blocks));
});

test('a megabyte in one paragraph is cut while timers go on', async () => {
  const words = 'The quick brown fox jumps over the lazy dog and thinks about bread. '.repeat(16_000);
  const blocks = Array.from({ length: 64 }, (_, n) => ({ text: words.slice(n * 16_384, (n + 1) * 16_384) }));
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
  }, 1);

  const chunks = await cut(blocks);
  clearInterval(timer);

  expect(chunks.length).toBeGreaterThan(200);
  expect(beats).toBeGreaterThan(1);
});

/** Time of the processor, the least of three runs: what other work takes does not count. */
async function costOf(text: string): Promise<number> {
  const blocks = (text.match(/.{1,16384}/gs) ?? []).map((part) => ({ text: part }));
  const costs: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const before = process.cpuUsage();
    await cut(blocks);
    const { user, system } = process.cpuUsage(before);
    costs.push(user + system);
  }
  return Math.min(...costs);
}

describe('cutting takes a time in proportion to the text', () => {
  const UNIT = 16_000;
  test.each([
    ['marks without an end', '!'],
    ['full stops and quotation marks', '."'],
    ['blanks', ' '],
    ['tabs between words', 'a\t'],
    ['separators', '; '],
    ['words without a full stop', 'lorem ipsum dolor '],
    ['sentences of a mark', '! '],
  ])('of %s', async (_what, part) => {
    const text = (characters: number) => `x${part.repeat(Math.ceil(characters / part.length))}x`.slice(0, characters);
    await cut([{ text: text(UNIT) }]); // What is read once, at the first text.

    // A single block against a tenth of it: within a block lies what could grow faster than the text.
    const [small, large] = [await costOf(text(UNIT / 10)), await costOf(text(UNIT))];

    expect(large).toBeLessThan(30 * small + 20_000);
  });
});
