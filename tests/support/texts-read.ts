import { Writable } from 'node:stream';
import { createOutput, type Reader } from '../../layers/extractor/output.ts';
import { ExtractionLine } from '../../shared/models/extraction.ts';

/** The text that a reader makes of a file, in this process. */
export async function textsRead(read: Reader, path: string): Promise<string> {
  let written = '';
  const stream = new Writable({
    write(bytes: Buffer, _, done) {
      written += bytes.toString();
      done();
    },
  });
  await read(path, createOutput(stream));
  const lines = written.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => ExtractionLine.parse(JSON.parse(line)))
    .flatMap(textOf)
    .join('\n');
}

const textOf = (line: ExtractionLine) => (line.type === 'block' ? [line.text] : []);
