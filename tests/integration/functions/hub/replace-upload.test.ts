import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenedDocument, openDocument, sendFile, settleDocument } from '../../../support/hub-documents.ts';
import { type HubService, startHubService } from '../../../support/hub-service.ts';

describe('documents of the hub', () => {
  let hub: HubService;

  beforeAll(async () => {
    hub = await startHubService();
  });

  afterAll(() => hub?.stop());

  test('can have their file replaced, with a form for the new one', async () => {
    const creator = await hub.newCreator();
    const { document } = await openDocument(hub, creator);

    const { status, body } = await hub.call('POST', `/v1/hub/documents/${document.id}/upload`, {
      token: creator.key,
      body: { filename: 'terms.md', content_type: 'text/markdown; charset=utf-8', size_bytes: 5 },
    });

    expect(status).toBe(201);
    const replaced = body as OpenedDocument;
    expect(replaced.document).toMatchObject({ id: document.id, title: 'Terms of use', filename: 'terms.md' });
    expect(await sendFile(replaced, 'hello')).toBe(204);
  });

  test('whose new file is awaited say so in every view, until it is given up', async () => {
    const creator = await hub.newCreator();
    const { document } = await openDocument(hub, creator);
    await settleDocument(hub, creator, document.id);
    const path = `/v1/hub/documents/${document.id}`;
    const get = async () => (await hub.call('GET', path, { token: creator.key })).body;
    const list = async (status: string) =>
      (await hub.call('GET', '/v1/hub/documents', { token: creator.key, query: { status } })).body;
    const before = await get();

    const file = { filename: 'new.md', content_type: 'text/markdown', size_bytes: 5, title: 'New terms' };
    const { body } = await hub.call('POST', `${path}/upload`, { token: creator.key, body: file });

    const awaited = { ...file, id: document.id, status: 'awaiting_upload', error: null };
    expect((body as OpenedDocument).document).toMatchObject(awaited);
    expect(await get()).toMatchObject(awaited);
    expect(await list('awaiting_upload')).toMatchObject({ data: [awaited], counts: { awaiting_upload: 1, ready: 0 } });
    expect(await list('ready')).toMatchObject({ data: [] });
    await hub.asAi.withTenant(creator.id, (db) =>
      db.query('update documents set next_until = now() where creator_id = $1 and id = $2', [creator.id, document.id]),
    );
    expect(await get()).toMatchObject({ status: 'ready', filename: (before as typeof document).filename });
    expect(await list('ready')).toMatchObject({
      data: [{ id: document.id }],
      counts: { awaiting_upload: 0, ready: 1 },
    });
  });
});
