import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import type { Reader } from '../output.ts';

/** Text as it is, in whatever encoding. */
export const readPlainText: Reader = async (path, output) => {
  await output.text(decodeText(await readFile(path)));
};
