import { cutChunks } from '../../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { countTokens } from '../../../functions/ai/use-cases/text/count-tokens.ts';
import type { TextBlock } from '../../../shared/models/extraction.ts';
import type { BenchRow } from '../bench-row.ts';

const LIMITS = { chunkTokens: 1_000, overlapTokens: 200 };
const BLOCK_CHARACTERS = 4_000;
const MEGABYTE = 1_048_576;
const SYLLABLES = 'ba ke lo mi nu ra se ti vo xu glaze stone water kiln fire hand wheel'.split(' ');
/** Words of several scripts, numbers and marks, so that no tokenizer has an easy time. */
const STRANGE = [
  '日本語の文章',
  'Straße',
  'щука',
  '🙂',
  '=>',
  '1234567',
  'https://example.org/a/b?c=d',
  'مرحبا',
  '한국어',
];

/** Chunks above the limit, by the chat model's tokenizer, and how fast text is counted. */
export const chunkCounting: BenchRow = {
  ids: ['C6'],
  measure: async (bench) => {
    const text = textOf((bench.full ? 8 : 2) * MEGABYTE);
    countTokens(text.slice(0, MEGABYTE / 4)); // The words of a language are soon known.
    const startedAt = process.cpuUsage();
    countTokens(text);
    const { user, system } = process.cpuUsage(startedAt);
    const speed = Buffer.byteLength(text) / MEGABYTE / ((user + system) / 1_000_000);
    let [chunks, above] = [0, 0];
    for await (const chunk of cutChunks(blocksOf(text), LIMITS)) {
      chunks += 1;
      if (countTokens(chunk.text) > LIMITS.chunkTokens) above += 1;
    }
    return [
      { id: 'C6', name: 'chunks above the token limit', reached: above, atMost: 0, note: `of ${chunks}` },
      { id: 'C6', name: 'counting tokens, by CPU time', reached: speed, atLeast: 5, unit: 'MB/s' },
    ];
  },
};

async function* blocksOf(text: string): AsyncGenerator<TextBlock> {
  for (let start = 0; start < text.length; start += BLOCK_CHARACTERS) {
    yield { type: 'block', text: text.slice(start, start + BLOCK_CHARACTERS) };
  }
}

/** The same text for the same size: sentences of made-up words, with a strange one in each. */
function textOf(bytes: number): string {
  const sentences: string[] = [];
  for (let n = 0, size = 0; size < bytes; n += 1) {
    const words = Array.from({ length: 14 }, (_, word) => {
      const at = (n * 31 + word * 17 + ((n * word) % 13)) % 4_096;
      return `${SYLLABLES[at % SYLLABLES.length]}${SYLLABLES[(at >> 4) % SYLLABLES.length]}`;
    });
    const sentence = `${words.join(' ')} ${STRANGE[n % STRANGE.length]}.${n % 9 === 8 ? '\n\n' : ' '}`;
    sentences.push(sentence);
    size += Buffer.byteLength(sentence);
  }
  return sentences.join('');
}
