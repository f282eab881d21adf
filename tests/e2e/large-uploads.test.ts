import { PDFDocument, StandardFonts } from 'pdf-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Creator, newCreator, rest, settledDocument, upload } from '../support/rest-client.ts';

const MEGABYTE = 1024 * 1024;

/** Few words, and a picture as large as wanted that no page shows. */
async function largePdf(sizeBytes: number): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  pdf.addPage([595, 842]).drawText('The lighthouse keeper lives in Kiel.', { x: 40, y: 800, size: 12, font });
  pdf.context.register(pdf.context.stream(new Uint8Array(sizeBytes), { Type: 'XObject', Subtype: 'Image' }));
  return Buffer.from(await pdf.save());
}

describe('a large upload', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  test('of 30 MB becomes a document', async () => {
    const bytes = await largePdf(30 * MEGABYTE);

    const { id, status } = await upload(creator, { filename: 'large.pdf', contentType: 'application/pdf', bytes });
    const document = await settledDocument(creator, id, 60_000);

    expect(status).toBe(204);
    expect(document).toMatchObject({ status: 'ready', error: null, chunk_count: 1, size_bytes: bytes.byteLength });
  });

  test('of 50 MB is taken, one of a byte more is refused before it is sent', async () => {
    const bytes = Buffer.alloc(50 * MEGABYTE);

    const taken = await upload(creator, { filename: 'zeros.txt', contentType: 'text/plain', bytes });
    const refused = await rest('POST', '/v1/hub/documents', {
      token: creator.token,
      body: { filename: 'more.txt', content_type: 'text/plain', size_bytes: 50 * MEGABYTE + 1 },
    });

    expect(taken.status).toBe(204);
    expect((await settledDocument(creator, taken.id, 60_000)).status).not.toBe('ready');
    expect([refused.status, refused.body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});
