import { build } from 'esbuild';
import llamaTokenizer from 'llama-tokenizer-js';
import { expect, test } from 'vitest';
import { SLIMMING } from '../../../../infra/build/slimming.ts';

test('bundles keep the whole vocabulary of the chat model', async () => {
  const contents = "import tokenizer from 'llama-tokenizer-js'; export const tokens = tokenizer.vocabById;";

  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    plugins: SLIMMING,
    write: false,
  });

  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const { tokens } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  expect(tokens).toEqual(llamaTokenizer.vocabById);
  expect(code.length).toBeLessThan(200_000);
});
