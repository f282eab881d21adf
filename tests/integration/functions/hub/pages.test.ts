import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Document } from '../../../../shared/models/document.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

let hub: HubService;
let mine: HubCreator;
beforeAll(async () => {
  hub = await startHubService({ QUOTA_DOCUMENTS: '3', QUOTA_DOCUMENT_BYTES: '1000' });
  mine = await hub.newCreator();
});
afterAll(() => hub?.stop());

const add = (url: unknown, creator = mine) => hub.call('POST', '/v1/hub/pages', { token: creator.key, body: { url } });
const file = (size_bytes: number) => ({ filename: 'a.txt', content_type: 'text/plain', size_bytes });
const codeOf = ({ body }: { body: { error: { code: string } } }) => body.error.code;

test('a page becomes a document that waits to be fetched', async () => {
  const { status, body } = await add('HTTPS://Site.TEST:443/a b?c=d#part');

  expect([status, body]).toMatchObject([
    201,
    {
      ...{ source: 'page', status: 'scanning', title: 'site.test/a%20b', filename: 'page.html', size_bytes: 0 },
      progress: { stage: 'fetch', done: 0, total: 0 },
    },
  ]);
  const { id } = body as Document;
  const [message] = await hub.ingest.receive({ max: 1, waitSeconds: 5 });
  expect(JSON.parse(message?.Body ?? '')).toEqual({ kind: 'document.process', creator_id: mine.id, document_id: id });
  const [row] = await hub.asAi.readAsTenant(mine.id, (db) =>
    db.query('select page_url from documents where creator_id = $1 and id = $2', [mine.id, id]),
  );
  expect(row).toEqual({ page_url: 'https://site.test/a%20b?c=d' });
  const replace = await hub.call('POST', `/v1/hub/documents/${id}/upload`, { token: mine.key, body: file(5) });
  expect(replace.status).toBe(409);
});

test.each([
  ...['not an address', '/relative', 'ftp://site.test/', 'file:///etc/passwd', 'javascript:alert(1)', ''],
  ...['http://127.0.0.1/', 'http://2130706433/', 'http://[::1]/', 'https://10.0.0.8/', 'http://localhost/'],
  ...['https://site.test:8443/', 'http://site.test:22/', 'http://site.test:443/', 'http://a.localhost./'],
  ...['https://user:secret@site.test/', `https://site.test/${'a'.repeat(2_000)}`, 7, null],
])('%s is no page', async (url) => {
  const answer = await add(url);

  expect([answer.status, codeOf(answer)]).toEqual([400, 'VALIDATION_FAILED']);
});

test('documents and pages share a quota, also when they come at once', async () => {
  const creator = await hub.newCreator();

  const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => add(`https://site.test/${n}`, creator)));

  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429]);
  expect(codeOf(answers.find(({ status }) => status === 429) ?? { body: { error: { code: '' } } })).toBe(
    'QUOTA_EXCEEDED',
  );
});

test('the bytes of all files are counted, and those of a file that is replaced are not', async () => {
  const creator = await hub.newCreator();
  const create = (size: number) => hub.call('POST', '/v1/hub/documents', { token: creator.key, body: file(size) });
  const first = (await create(900)).body as { document: Document };

  const tooMuch = await create(101);
  const replaced = await hub.call('POST', `/v1/hub/documents/${first.document.id}/upload`, {
    token: creator.key,
    body: file(1_000),
  });

  expect([tooMuch.status, codeOf(tooMuch)]).toEqual([429, 'QUOTA_EXCEEDED']);
  expect(replaced.status).toBe(201);
  await hub.call('DELETE', `/v1/hub/documents/${first.document.id}`, { token: creator.key });
  expect((await create(1_000)).status).toBe(201);
});

test('another’s quota is another’s', async () => {
  expect((await add('https://site.test/', await hub.newCreator())).status).toBe(201);
});
