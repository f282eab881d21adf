import { createOutput, type Output, ReadingError } from './output.ts';
import { readerFor } from './readers.ts';
import { scanFile } from './scan/scan-file.ts';

/**
 * `node extract.mjs read <file> <content type>` writes the file's text to standard output, one JSON value a line (the
 * lines of shared/models/extraction.ts); `scan` in place of `read` only tells by the last line whether the file is
 * safe and what it claims to be. A program of its own, because a hostile file can take any amount of memory and time:
 * whoever starts it watches both and ends it.
 */
async function main(verb: 'read' | 'scan', path: string, contentType: string): Promise<void> {
  const output = createOutput(process.stdout);
  try {
    if (verb === 'scan') await scanFile(path, contentType);
    else await readFileAs(path, contentType, output);
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

async function readFileAs(path: string, contentType: string, output: Output): Promise<void> {
  const read = await readerFor(contentType);
  await read(path, output);
  if (!output.hasText()) throw new ReadingError('EMPTY', 'This file holds no text. Upload one that does.');
}

const [verb, path, contentType] = process.argv.slice(2);
if ((verb !== 'read' && verb !== 'scan') || path === undefined || contentType === undefined) {
  process.stderr.write('usage: extract read|scan <file> <content type>\n');
  process.exitCode = 2;
} else {
  await main(verb, path, contentType);
  process.exit(0);
}
