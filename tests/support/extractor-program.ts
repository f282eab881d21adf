import { realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The extractor's source, which runs as it stands, with the library that a build would put into it. */
export const EXTRACTOR = {
  program: fileURLToPath(new URL('../../layers/extractor/extract.ts', import.meta.url)),
  libraries: [`${realpathSync(new URL('../../node_modules/unpdf', import.meta.url))}/`],
} as const;

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A folder for a test's files, which ends with the test. */
export async function temporaryFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-test-'));
  return {
    folder,
    async write(bytes: string | Buffer): Promise<string> {
      const path = join(folder, crypto.randomUUID());
      await writeFile(path, bytes);
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
