import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILE, openDocument, sendFile, settleDocument } from '../../../support/hub-documents.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

describe('documents of the hub', () => {
  let hub: HubService;
  let mine: HubCreator;
  let other: HubCreator;

  beforeAll(async () => {
    hub = await startHubService();
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
  });

  afterAll(() => hub?.stop());

  const open = (creator = mine, file: object = FILE) => openDocument(hub, creator, file);

  test('are created waiting for their file, with a title from its name', async () => {
    const { document } = await open();

    expect(document).toMatchObject({
      title: 'Terms of use',
      filename: 'Terms of use.pdf',
      status: 'awaiting_upload',
      source: 'upload',
      progress: { stage: 'upload', done: 0, total: 0 },
      error: null,
      chunk_count: 0,
      unreadable_pages: 0,
    });
  });

  test('are deleted once whoever publishes them lets go, however long a statement may wait', async () => {
    const { document } = await open();
    let isHeld = (): void => {};
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const publishing = hub.asAi.withTenant(mine.id, async (db) => {
      await db.query('select id from documents where creator_id = $1 and id = $2 for update', [mine.id, document.id]);
      isHeld();
      for (const seconds of [3, 3]) await db.query('select pg_sleep($1)', [seconds]); // A statement has five.
    });
    await held;

    const { status } = await hub.call('DELETE', `/v1/hub/documents/${document.id}`, { token: mine.key });

    await publishing;
    const [message] = await hub.ingest.receive({ max: 1, waitSeconds: 5 });
    expect(status).toBe(202);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ kind: 'document.collect', document_id: document.id });
  });

  test('are called by the name of their file, not its folders or what turns its letters about', async () => {
    const file = { ...FILE, filename: 'C:\\books\\Terms\u202e of use.pdf' };

    const named = (await open(mine, file)).document;
    const titled = (await open(mine, { ...file, title: 'Yes/\u2067No' })).document;

    const unseen = (await open(mine, { ...file, filename: '\u200b\u200c.pdf' })).document;

    expect(named).toMatchObject({ filename: 'Terms of use.pdf', title: 'Terms of use' });
    expect(unseen.title).toBe('\u200b\u200c.pdf');
    expect(titled).toMatchObject({ filename: 'Terms of use.pdf', title: 'Yes/No' });
  });

  test('get a form that uploads exactly the announced file to a key of ids alone', async () => {
    const opened = await open();

    expect(opened.upload.fields.key).toMatch(new RegExp(`^creators/${mine.id}/${opened.document.id}/[0-9a-f-]{36}$`));
    expect(Date.parse(opened.upload.expires_at)).toBeGreaterThan(Date.now() + 14 * 60_000);
    expect(await sendFile(opened, 'hello world')).toBe(204);
  });

  test('get a form that refuses another size, type or key', async () => {
    const opened = await open();

    expect(await sendFile(opened, 'hello world!')).toBe(400);
    expect(await sendFile(opened, 'hello')).toBe(400);
    expect(await sendFile(opened, 'hello world', { 'Content-Type': 'text/html' })).toBe(403);
    expect(await sendFile(opened, 'hello world', { key: `creators/${other.id}/x/y` })).toBe(403);
  });

  test.each([
    ['a type that cannot be read', { ...FILE, content_type: 'application/zip' }, 415],
    ['a file above 50 MB', { ...FILE, size_bytes: 50 * 1024 * 1024 + 1 }, 413],
    ['an empty file', { ...FILE, size_bytes: 0 }, 413],
    ['a size that is no number', { ...FILE, size_bytes: '11' }, 400],
    ['a field that is not known', { ...FILE, owner: 'me' }, 400],
    ['no name', { ...FILE, filename: '' }, 400],
    ['a name that cannot be stored', { ...FILE, filename: 'a\u0000b.pdf' }, 400],
    ['a name that is a folder', { ...FILE, filename: 'books/' }, 400],
    ['a title of control characters', { ...FILE, title: 'a\u009bb' }, 400],
  ])('are refused for %s', async (_, body, status) => {
    const answer = await hub.call('POST', '/v1/hub/documents', { token: mine.key, body });

    expect(answer.status).toBe(status);
  });

  test('are listed newest first, page by page, and by status', async () => {
    const creator = await hub.newCreator();
    const opened = [await open(creator), await open(creator), await open(creator)];
    const list = (query: Record<string, string>) => hub.call('GET', '/v1/hub/documents', { token: creator.key, query });

    const first = (await list({ limit: '2' })).body as { data: { id: string }[]; next_cursor: string };
    const second = (await list({ limit: '2', cursor: first.next_cursor })).body as typeof first;

    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual(opened.map(({ document }) => document.id).reverse());
    expect(second.next_cursor).toBeNull();
    expect((await list({ status: 'ready' })).body).toMatchObject({ data: [], next_cursor: null });
    expect((await list({ status: 'new' })).status).toBe(400);
    expect((await list({ cursor: 'forged' })).status).toBe(400);
  });

  test('are counted by status, whatever is asked for, and without those that are gone', async () => {
    const creator = await hub.newCreator();
    const opened = [await open(creator), await open(creator), await open(creator), await open(creator)];
    await settleDocument(hub, creator, opened[0]?.document.id ?? '');
    await hub.call('DELETE', `/v1/hub/documents/${opened[1]?.document.id}`, { token: creator.key });
    await hub.ingest.receive({ max: 1, waitSeconds: 5 }); // Its collection, which is not for the tests below.

    const query = { status: 'failed', limit: '1' };
    const { body } = await hub.call('GET', '/v1/hub/documents', { token: creator.key, query });

    const none = { scanning: 0, processing: 0, rejected: 0, failed: 0 };
    expect(body).toEqual({ data: [], next_cursor: null, counts: { ...none, awaiting_upload: 2, ready: 1 } });
  });

  test('are gone at once when deleted, and their collection is queued', async () => {
    const { document } = await open();
    const path = `/v1/hub/documents/${document.id}`;

    const deleted = await hub.call('DELETE', path, {
      token: mine.key,
      headers: { 'X-Request-ID': 'delete-me-please' },
    });

    expect([deleted.status, deleted.body]).toEqual([202, { status: 'accepted' }]);
    expect((await hub.call('GET', path, { token: mine.key })).status).toBe(404);
    expect((await hub.call('DELETE', path, { token: mine.key })).status).toBe(404);
    const [message] = await hub.ingest.receive({ max: 1, waitSeconds: 5 });
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      kind: 'document.collect',
      creator_id: mine.id,
      document_id: document.id,
    });
    expect(message?.MessageAttributes?.request_id?.StringValue).toBe('delete-me-please');
    await hub.ingest.remove(message?.ReceiptHandle ?? '');
  });

  test('are processed again only when they are settled', async () => {
    const { document } = await open();
    const path = `/v1/hub/documents/${document.id}/reprocess`;
    const early = await hub.call('POST', path, { token: mine.key });
    await settleDocument(hub, mine, document.id);

    const answer = await hub.call('POST', path, { token: mine.key });

    expect(early.status).toBe(409);
    expect(answer.status).toBe(202);
    const [message] = await hub.ingest.receive({ max: 1, waitSeconds: 5 });
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ kind: 'document.process', document_id: document.id });
  });

  test('are cut as the settings say when their processing begins', async () => {
    const creator = await hub.newCreator();
    const change = (chunk_tokens: number) =>
      hub.call('PATCH', '/v1/hub/settings', { token: creator.key, body: { chunk_tokens, overlap_tokens: 50 } });
    const chunking = async (id: string) => {
      const [row] = await hub.asAi.readAsTenant(creator.id, (db) =>
        db.query('select chunk_tokens, overlap_tokens from documents where creator_id = $1 and id = $2', [
          creator.id,
          id,
        ]),
      );
      return row;
    };
    await change(300);

    const { document } = await open(creator);

    expect(await chunking(document.id)).toEqual({ chunk_tokens: 300, overlap_tokens: 50 });
    await settleDocument(hub, creator, document.id);
    await change(700);
    const [wanted] = await hub.asAi.readAsTenant(creator.id, (db) =>
      db.query('select recut_wanted from documents where creator_id = $1 and id = $2', [creator.id, document.id]),
    );
    expect(wanted).toEqual({ recut_wanted: true });
    await hub.call('POST', `/v1/hub/documents/${document.id}/reprocess`, { token: creator.key });
    expect(await chunking(document.id)).toEqual({ chunk_tokens: 700, overlap_tokens: 50 });
  });

  test('of another creator are answered like ids that never were, to the byte', async () => {
    const { document } = await open();
    const requests = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/upload', FILE],
      ['POST', '/reprocess'],
    ] as const;

    for (const [method, suffix, body] of requests) {
      const ask = (id: string) =>
        hub.call(method, `/v1/hub/documents/${id}${suffix}`, {
          token: other.key,
          body,
          headers: { 'X-Request-ID': 'the-same-id' },
        });
      const foreign = await ask(document.id);
      const unknown = await ask(randomUUID());
      const malformed = await ask('not-an-id');

      expect(foreign.status).toBe(404);
      expect(withoutTime(foreign.text)).toBe(withoutTime(unknown.text));
      expect(withoutTime(malformed.text)).toBe(withoutTime(unknown.text));
    }
    expect((await hub.call('GET', `/v1/hub/documents/${document.id}`, { token: mine.key })).status).toBe(200);
  });

  test('ask for a credential that may', async () => {
    const reader = await hub.newCreator(['documents:read']);
    const call = (token?: string) => hub.call('POST', '/v1/hub/documents', { ...(token && { token }), body: FILE });

    expect((await call()).status).toBe(401);
    expect((await call('uk_nonsense')).status).toBe(401);
    expect((await call(reader.key)).status).toBe(403);
    expect((await hub.call('GET', '/v1/hub/documents', { token: reader.key })).status).toBe(200);
  });
});

const withoutTime = (text: string) => text.replace(/"timestamp":"[^"]+"/, '');
