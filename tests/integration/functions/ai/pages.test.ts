import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PageUnavailableError } from '../../../../functions/ai/gateways/page-fetcher.ts';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { searchByWords } from '../../../support/search-by-words.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const URL = 'https://site.test/bread?kind=rye';
const PAGE = `<html><head><title>Bread &amp; butter</title></head><body><nav>Home</nav>
  <h1>Rye bread</h1><p>It rests for nine hours.</p><script>track()</script></body></html>`;

let database: TestDatabase;
let world: IngestWorld;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await openIngestWorld(database);
  world.pages.set(URL, PAGE);
  return () => world.close();
});
afterAll(() => database.drop());

const handle = (documentId: string) =>
  handleIngestMessage(
    world.tools,
    JSON.stringify({ kind: 'document.process', creator_id: world.creatorId, document_id: documentId }),
  );
const texts = async (documentId: string) => (await world.chunks(documentId)).map((chunk) => chunk.text).join('\n');

test('a page is fetched, read without its trimmings, called by its own title, and cited with its address', async () => {
  const documentId = await world.announcePage(URL);

  await handle(documentId);

  expect(await world.row(documentId)).toMatchObject({
    ...{ status: 'ready', live_generation: 1, title: 'Bread & butter', source: 'page', content_type: 'text/html' },
    ...{ size_bytes: Buffer.byteLength(PAGE), page_url: URL },
  });
  expect(await texts(documentId)).toContain('nine hours');
  expect(await texts(documentId)).not.toMatch(/track|Home/);
  expect([...world.vectors.values()].map(({ source }) => source)).toEqual(['page']);
  const [passage] = await searchByWords(world.tools.database, world.creatorId, ['hours'], 5);
  expect(passage).toMatchObject({ pageUrl: URL, title: 'Bread & butter', curated: false });
});

test('reprocessing a page fetches it again; the old text answers until then, and when that fails', async () => {
  const documentId = await world.announcePage(URL);
  await handle(documentId);
  const reprocess = () =>
    world.asHub.withTenant(world.creatorId, (db) => reprocessDocument(db, world.creatorId, documentId));

  world.pages.set(URL, PAGE.replace('nine', 'ten'));
  expect(await reprocess()).toBe(true);
  const during = await texts(documentId);
  await handle(documentId);
  const after = await texts(documentId);
  world.pages.delete(URL);
  await reprocess();
  await handle(documentId);

  expect([during.includes('nine'), after.includes('ten')]).toEqual([true, true]);
  expect(await world.row(documentId)).toMatchObject({
    ...{ status: 'failed', error_code: 'FETCH_REFUSED', error_message: 'There is no such page.', live_generation: 2 },
  });
  expect(await texts(documentId)).toContain('ten hours');
  world.pages.set(URL, PAGE);
  expect(await reprocess()).toBe(true);
});

test('a page is fetched once, though its reading is interrupted', async () => {
  const documentId = await world.announcePage(URL);
  let fetches = 0;
  world.interrupt = (step) => {
    if (step === 'fetch page') fetches += 1;
    if (step === 'embed') throw new Error('the model is away');
  };
  await expect(handle(documentId)).rejects.toThrow('the model is away');

  world.interrupt = (step) => {
    if (step === 'fetch page') fetches += 1;
  };
  await handle(documentId);

  expect(fetches).toBe(1);
  expect(await world.row(documentId)).toMatchObject({ status: 'ready', title: 'Bread & butter' });
});

test('a site that does not answer is asked three times, and then told of', async () => {
  const documentId = await world.announcePage(URL);
  world.interrupt = (step) => {
    if (step === 'fetch page') throw new PageUnavailableError('no answer');
  };

  for (const _ of [1, 2]) await expect(handle(documentId)).rejects.toThrow('no answer');
  await handle(documentId);

  expect(await world.row(documentId)).toMatchObject({ status: 'failed', error_code: 'FETCH_REFUSED', attempt: 3 });
});

test('a page that is unsafe is rejected, and none of it is kept', async () => {
  world.pages.set(URL, ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
  const documentId = await world.announcePage(URL);

  await handle(documentId);

  expect(await world.row(documentId)).toMatchObject({ status: 'rejected', error_code: 'MALWARE_FOUND' });
  expect(world.library.size).toBe(0);
});
