import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Creator, newCreator, rest, settledDocument, upload } from '../support/rest-client.ts';
import { testOnLocalHost } from '../support/test-on-local-host.ts';

describe('a bad upload', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  testOnLocalHost('of another size than declared is refused at the door', async () => {
    const { body } = await rest('POST', '/v1/hub/documents', {
      token: creator.token,
      body: { filename: 'a.md', content_type: 'text/markdown', size_bytes: 4 },
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(body.upload.fields)) form.append(name, String(value));
    form.append('file', new Blob([Buffer.alloc(51 * 1024 * 1024, 'x')]), 'a.md');

    const sent = await fetch(body.upload.url, { method: 'POST', body: form });

    expect(sent.status).toBe(400);
    expect(await sent.text()).toContain('EntityTooLarge');
  });

  testOnLocalHost('to another key than the signed one is refused', async () => {
    const { body } = await rest('POST', '/v1/hub/documents', {
      token: creator.token,
      body: { filename: 'a.md', content_type: 'text/markdown', size_bytes: 4 },
    });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...body.upload.fields, key: `creators/${randomUUID()}/a/b` })) {
      form.append(name, String(value));
    }
    form.append('file', new Blob(['text']), 'a.md');

    expect((await fetch(body.upload.url, { method: 'POST', body: form })).status).toBe(403);
  });

  test.each([
    ['an empty document', 'empty.md', 'text/markdown', Buffer.from('   \n\n  '), ['EMPTY', 'NO_TEXT']],
    [
      'a PDF that is none',
      'fake.pdf',
      'application/pdf',
      Buffer.from('This is no PDF at all.'),
      ['TYPE_MISMATCH', 'DAMAGED'],
    ],
    ['a broken PDF', 'broken.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n1 0 obj\n<< broken'), ['DAMAGED']],
    [
      'a program under a harmless name',
      'notes.md',
      'text/markdown',
      Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'),
      ['TYPE_MISMATCH', 'MALWARE_FOUND'],
    ],
  ])('%s ends with a reason', async (_, filename, contentType, bytes, codes) => {
    const { id } = await upload(creator, { filename, contentType, bytes });

    const document = await settledDocument(creator, id);

    expect(['failed', 'rejected']).toContain(document.status);
    expect(codes).toContain(document.error.code);
    expect(document.error.message.length).toBeGreaterThan(10);
  });
});
