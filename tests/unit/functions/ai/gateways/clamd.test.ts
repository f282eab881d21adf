import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openClamd } from '../../../../../functions/ai/gateways/clamd.ts';
import { ScannerUnavailableError } from '../../../../../functions/ai/gateways/malware-scanner.ts';
import { UnscannedDocumentError } from '../../../../../shared/errors/unscanned-document-error.ts';
import type { DocumentRow } from '../../../../../shared/lifecycles/document/document-row.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
const servers: Server[] = [];
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A daemon that hands every connection to `serve`. @returns its address */
async function daemon(serve: (socket: Socket) => void, at: number | string = 0): Promise<string> {
  const server = createServer(serve);
  servers.push(server);
  if (typeof at === 'string') server.listen(at);
  else server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : String(at);
}

/** Reads a whole INSTREAM, then says this. */
const saying =
  (reply: string, heard: Buffer[] = []) =>
  (socket: Socket) => {
    let told = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes);
      told = Buffer.concat([told, bytes]);
      if (told.subarray(-4).equals(Buffer.alloc(4))) socket.end(reply);
    });
  };

const scan = async (address: string, content = 'words', options = {}, signal = new AbortController().signal) =>
  openClamd({ address, timeoutMs: 2_000, ...options }).scan({} as DocumentRow, await files.write(content), signal);

describe('clamd', () => {
  test('is sent the file in chunks with their lengths, and nothing found is clean', async () => {
    const heard: Buffer[] = [];
    const content = 'a'.repeat(70_000);

    await scan(await daemon(saying('stream: OK\0', heard)), content);

    const sent = Buffer.concat(heard);
    expect(sent.subarray(0, 10).toString()).toBe('zINSTREAM\0');
    expect(sent.readUInt32BE(10)).toBe(65_536);
    expect(sent.readUInt32BE(14 + 65_536)).toBe(70_000 - 65_536);
    expect(sent.length).toBe(10 + 4 + 65_536 + 4 + (70_000 - 65_536) + 4);
    expect(sent.readUInt32BE(sent.length - 4)).toBe(0);
  });

  test('is reached by a Unix socket as well', async () => {
    const path = join(files.folder, 'clamd.sock');

    await expect(scan(await daemon(saying('stream: OK\0'), path))).resolves.toBeUndefined();
  });

  test('names what it found, without what does not belong into a sentence', async () => {
    const address = await daemon(saying('stream: Evil.<script>.UNOFFICIAL FOUND\0'));

    await expect(scan(address)).rejects.toMatchObject({
      reason: 'MALWARE_FOUND',
      message: expect.stringContaining('malware (Evil.script.UNOFFICIAL)'),
    });
  });

  test.each([
    'stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND',
    'stream: Heuristics.Encrypted.Zip FOUND',
    'INSTREAM size limit exceeded. ERROR',
  ])('%s is a file that nobody can look into', async (reply) => {
    await expect(scan(await daemon(saying(`${reply}\0`)))).rejects.toBeInstanceOf(UnscannedDocumentError);
  });

  test.each([
    '',
    'stream: OK',
    'stream: OK \0',
    'stream: ok\0',
    'OK\0',
    'stream: OK FOUND OK\0',
    'stream: lstat() failed. ERROR\0',
    'UNKNOWN COMMAND\0',
    `${'x'.repeat(10_000)}\0`,
  ])('the reply %j lets nothing pass, and the file comes again', async (reply) => {
    await expect(scan(await daemon(saying(reply)))).rejects.toBeInstanceOf(ScannerUnavailableError);
  });

  test('that is not there, or closes at once, lets nothing pass', async () => {
    const gone = await daemon(() => {});
    servers.pop()?.close();
    await expect(scan(gone)).rejects.toBeInstanceOf(ScannerUnavailableError);

    await expect(scan(await daemon((socket) => socket.destroy()))).rejects.toBeInstanceOf(ScannerUnavailableError);
  });

  test('that stays silent is given up', async () => {
    const silent = await daemon((socket) => socket.on('error', () => {}).resume());

    await expect(scan(silent, 'words', { timeoutMs: 100 })).rejects.toBeInstanceOf(ScannerUnavailableError);
  });

  test('that reads nothing does not hold a large file for ever', async () => {
    const deaf = await daemon((socket) => socket.on('error', () => {}).pause());

    const scanning = scan(deaf, 'x'.repeat(20_000_000), { timeoutMs: 300 });

    await expect(scanning).rejects.toBeInstanceOf(ScannerUnavailableError);
  });

  test('is left when the work is given up, with its reason', async () => {
    const silent = await daemon((socket) => socket.on('error', () => {}).resume());
    const reason = new Error('the lease was lost');

    await expect(scan(silent, 'words', {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('is not sent a file beyond the bound', async () => {
    const heard: Buffer[] = [];
    const address = await daemon(saying('stream: OK\0', heard));

    await expect(scan(address, '12345', { maxBytes: 4 })).rejects.toBeInstanceOf(UnscannedDocumentError);

    expect(heard).toEqual([]);
  });

  test.each(['', 'clamd', 'clamd:', 'http://clamd:3310', 'clamd:99999', 'a b:3310'])('%j is no address', (address) => {
    expect(() => openClamd({ address })).toThrow('CLAMD_ADDRESS');
  });
});
