import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClamd } from '../../../../../functions/ai/gateways/clamd.ts';
import { ScannerUnavailableError } from '../../../../../functions/ai/gateways/malware-scanner.ts';
import { handleIngestMessage } from '../../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { freePort } from '../../../../../infra/local/parts/loopback-port.ts';
import { UnscannedDocumentError } from '../../../../../shared/errors/unscanned-document-error.ts';
import type { DocumentRow } from '../../../../../shared/lifecycles/document/document-row.ts';
import { findClamd, type RunningClamd, startClamd } from '../../../../support/clamd.ts';
import { temporaryFiles } from '../../../../support/extractor-program.ts';
import { type IngestWorld, openIngestWorld } from '../../../../support/ingest-world.ts';
import { makeDocx, makeZip } from '../../../../support/make-zip.ts';
import { EICAR } from '../../../../support/safety/uploads/hostile-file.ts';
import { type TestDatabase, testDatabase } from '../../../../support/test-database.ts';
import { until } from '../../../../support/until.ts';

const program = findClamd();
if (!program) console.log('skipped: ClamAV is not here (Debian: apt-get install clamav-daemon)');

describe.skipIf(!program)('ClamAV itself', () => {
  let files: Awaited<ReturnType<typeof temporaryFiles>>;
  let clamd: RunningClamd;
  let database: TestDatabase;
  let world: IngestWorld;
  beforeAll(async () => {
    files = await temporaryFiles();
    clamd = await startClamd(program ?? '', await freePort(), ['StreamMaxLength 1M', 'MaxScanSize 2M']);
    database = await testDatabase();
    world = await openIngestWorld(database);
    Object.assign(world.tools, { malware: openClamd({ address: clamd.socket }) });
  });
  afterAll(async () => {
    await clamd.stop();
    await files.remove();
    await world.close();
    await database.drop();
  });

  const scan = async (content: string | Buffer, address = clamd.socket) =>
    openClamd({ address }).scan({} as DocumentRow, await files.write(content), new AbortController().signal);

  const isUnscanned = (error: unknown) => error instanceof UnscannedDocumentError;
  const unexpected = () => Promise.reject(new Error('it passed'));

  test.each(['socket', 'tcp'] as const)('passes clean files and names what it finds, by its %s', async (way) => {
    await expect(scan('Bread is made of flour.', clamd[way])).resolves.toBeUndefined();
    await expect(scan(randomBytes(900_000), clamd[way])).resolves.toBeUndefined();
    await expect(scan(`x${EICAR}`, clamd[way])).rejects.toMatchObject({
      reason: 'MALWARE_FOUND',
      message: expect.stringContaining('Eicar-Test-File'),
    });
  });

  test('finds the test signature in a Word document and archives deep', async () => {
    const nested = makeZip({ 'a.zip': makeZip({ 'b.zip': makeZip({ 'c.txt': EICAR }) }) });

    await expect(scan(makeDocx(['words'], { 'word/media/a.zip': nested }))).rejects.toMatchObject({
      reason: 'MALWARE_FOUND',
    });
  });

  test('says what it could not look into: beyond its bounds for a stream, or for what unpacks', async () => {
    // A connection that breaks while it is sent to counts as nobody having looked, and comes again as here.
    await until('clamd refuses the size', () => scan(randomBytes(3_000_000)).then(unexpected, isUnscanned));
    await expect(scan(makeZip({ 'a.txt': Buffer.alloc(50_000_000, 'a') }))).rejects.toBeInstanceOf(
      UnscannedDocumentError,
    );
  });

  test('keeps an unsafe upload in quarantine, and lets a clean one become ready', async () => {
    const bad = await world.announce(`words ${EICAR}`);
    const good = await world.announce('Only words.');
    for (const { documentId, uploadId } of [bad, good]) {
      await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
    }

    expect(await world.row(bad.documentId)).toMatchObject({ status: 'rejected', error_code: 'MALWARE_FOUND' });
    expect(await world.row(good.documentId)).toMatchObject({ status: 'ready' });
    expect([...world.library.keys()].some((key) => key.includes(bad.documentId))).toBe(false);
  });

  test('that is down makes an upload wait; it becomes ready once somebody has looked', async () => {
    const { documentId, uploadId } = await world.announce('Patience.');
    const event = world.eventFor(documentId, uploadId);
    const down = { ...world.tools, malware: openClamd({ address: `127.0.0.1:${await freePort()}` }) };

    await expect(handleIngestMessage(down, event)).rejects.toBeInstanceOf(ScannerUnavailableError);
    expect(await world.row(documentId)).toMatchObject({ status: 'scanning', lease_owner: null });
    expect(world.embedded).not.toContain('Patience.');
    await handleIngestMessage(world.tools, event);

    expect(await world.row(documentId)).toMatchObject({ status: 'ready' });
  });
});
