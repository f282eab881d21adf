import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExtractor } from '../../../../../functions/ai/gateways/extractor.ts';
import { collectAll } from '../../../../support/collect-all.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

describe('the watch', () => {
  const endless = (body: string) => files.write(`${body}\nwhile (true) {}`);

  test('a program that takes too much memory is ended', async () => {
    const program = `${await endless('const all = []; while (true) all.push(Buffer.alloc(1 << 20, 1));')}`;
    const extractor = openExtractor({ program, maxMemoryBytes: 256 * 1024 * 1024, timeoutMs: 20_000 });

    const reading = collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));

    await expect(reading).rejects.toMatchObject({ reason: 'LIMIT_EXCEEDED' });
  });

  test('a program that fills its heap is ended', async () => {
    const program = await endless('const all = []; while (true) all.push({ a: [1, 2, 3] });');
    const extractor = openExtractor({ program, maxMemoryBytes: 128 * 1024 * 1024, timeoutMs: 20_000 });

    const reading = collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));

    await expect(reading).rejects.toMatchObject({ reason: 'LIMIT_EXCEEDED' });
  });

  test('a program that does not end is ended', async () => {
    const extractor = openExtractor({ program: await endless(''), timeoutMs: 500 });

    const reading = collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));

    await expect(reading).rejects.toMatchObject({ reason: 'TIMED_OUT' });
  });

  test('a program that writes without end is ended', async () => {
    const line = JSON.stringify({ type: 'block', text: 'x'.repeat(10_000) });
    const program = await files.write(`const fs = require('fs'); while (true) fs.writeSync(1, '${line}\\n');`);
    const extractor = openExtractor({ program, maxOutputBytes: 1_000_000, timeoutMs: 20_000 });

    const reading = collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));

    await expect(reading).rejects.toMatchObject({ reason: 'LIMIT_EXCEEDED' });
  });

  test.runIf(process.platform === 'linux')('a program sees nothing of ours but its pipes', async () => {
    const secrets = await open(await files.write('a secret'));
    process.env.UNDERSTUDY_TEST_SECRET = 'a secret';
    const program = await files.write(`
      const fs = require('fs');
      const open = [];
      for (let fd = 0; fd < 256; fd += 1) {
        try {
          const about = fs.fstatSync(fd);
          open.push(about.isFile() ? 'file' : about.isDirectory() ? 'folder' : about.isSocket() ? 'socket' : 'other');
        } catch {}
      }
      const text = JSON.stringify({ variables: Object.keys(process.env), open });
      fs.writeSync(1, JSON.stringify({ type: 'block', text }) + '\\n' + JSON.stringify({ type: 'end' }) + '\\n');`);
    const extractor = openExtractor({ program, timeoutMs: 20_000 });

    const [block] = await collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));
    delete process.env.UNDERSTUDY_TEST_SECRET;
    await secrets.close();

    const seen: { variables: string[]; open: string[] } = JSON.parse(block?.text ?? '{}');
    // What the shell sets by itself.
    expect(['PWD', 'OLDPWD', 'SHLVL', '_']).toEqual(expect.arrayContaining(seen.variables));
    expect(seen.open.filter((kind) => kind === 'file' || kind === 'folder')).toEqual([]);
    // Node makes its pipes as pairs of sockets: output and errors, and no other.
    expect(seen.open.filter((kind) => kind === 'socket')).toHaveLength(2);
  });

  test('a program reads its own folder and the one file, and nothing else of the machine', async () => {
    const others = await temporaryFiles();
    const file = await others.write('the file');
    const neighbour = await others.write('a file of another creator');
    const program = await files.write(`
      const fs = require('fs');
      const read = (path) => {
        try { return fs.readFileSync(path, 'utf8').length > 0; } catch (error) { return error.code; }
      };
      const paths = [process.argv[3], __filename, ...${JSON.stringify([neighbour, '/etc/hosts', '/proc/self/environ'])}];
      const links = ['/proc/' + process.ppid + '/environ', '/proc/self/root/etc/hosts', '/proc/self/cwd/package.json'];
      const text = JSON.stringify([...paths, ...links].map(read));
      fs.writeSync(1, JSON.stringify({ type: 'block', text }) + '\\n' + JSON.stringify({ type: 'end' }) + '\\n');`);
    const extractor = openExtractor({ program, timeoutMs: 20_000 });

    const [block] = await collectAll(extractor.extract(file, 'text/plain', new AbortController().signal));
    await others.remove();

    expect(JSON.parse(block?.text ?? '[]')).toEqual([true, true, ...Array(6).fill('ERR_ACCESS_DENIED')]);
  });

  test('the signal ends the program with its own reason', async () => {
    const extractor = openExtractor({ program: await endless(''), timeoutMs: 20_000 });
    const reason = new Error('no longer wanted');

    const reading = collectAll(extractor.extract('x', 'text/plain', AbortSignal.abort(reason)));

    await expect(reading).rejects.toBe(reason);
  });

  test('a program that is missing is no fault of the file', async () => {
    const extractor = openExtractor({ program: join(files.folder, 'missing.mjs') });

    const reading = collectAll(extractor.extract('x', 'text/plain', new AbortController().signal));

    await expect(reading).rejects.not.toHaveProperty('reason');
  });
});
