import { createOutput, ReadingError } from './output.ts';
import { readerFor } from './readers.ts';

/**
 * `node extract.mjs <file> <content type>`: writes the file's text to standard output, one JSON value a line (the
 * lines of shared/models/extraction.ts). A program of its own, because a hostile file can take any amount of memory
 * and time: whoever starts it watches both and ends it.
 */
async function main(path: string, contentType: string): Promise<void> {
  const output = createOutput(process.stdout);
  try {
    const read = await readerFor(contentType);
    await read(path, output);
    if (!output.hasText()) throw new ReadingError('EMPTY', 'This file holds no text. Upload one that does.');
    await output.end({ type: 'end' });
  } catch (error) {
    if (error instanceof ReadingError) await output.end({ type: 'error', code: error.code, advice: error.message });
    else {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      const advice = 'This file cannot be read: it seems to be damaged. Save it anew and upload it again.';
      await output.end({ type: 'error', code: 'DAMAGED', advice });
    }
  }
}

const [path, contentType] = process.argv.slice(2);
if (path === undefined || contentType === undefined) {
  process.stderr.write('usage: extract <file> <content type>\n');
  process.exitCode = 2;
} else {
  await main(path, contentType);
  process.exit(0);
}
