import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import { newCreator, rest, uploadText } from '../support/rest-client.ts';
import { searchEverywhere } from '../support/search-everywhere.ts';
import { until } from '../support/until.ts';
import { newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

const endpoints = inject('endpoints');

const visitorOf = (session: { readonly token: string }) => ({
  token: session.token,
  headers: { Origin: 'https://creator.example.org' },
});

/** The receipt that the creator's services can read. */
async function receiptOf(creatorId: string, documentId: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: serviceDatabaseUrl(endpoints.database_url, 'hub') });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select app.enter_tenant($1)', [creatorId]);
    const { rows } = await client.query(
      'select findings, requested_at, created_at from erasure_receipts where creator_id = $1 and subject_id = $2',
      [creatorId, documentId],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

// A stack that is deployed elsewhere may keep its stores where this run cannot look into them.
test.skipIf(!endpoints.database_url)(
  'A18: after a delete, no word of the document is found in any store, and a receipt says so',
  async () => {
    const mark = randomUUID().slice(0, 8);
    const words = [`zorblax${mark}`, `quindrel${mark}`];
    const creator = await newCreator();
    const widgetId = await newWidget(creator);
    const title = `${words[1]}-glazes.md`;
    const text = `# Glazes\n\nThe blue glaze is mixed from ${words[0]} powder and fired at 1240 degrees.\n`;
    const document = await uploadText(creator, title, text);
    const kept = await uploadText(creator, 'hours.md', 'The studio opens at nine on Saturday and closes at six.');
    const session = await newVisitorSession(widgetId);
    const socket = await VisitorSocket.open(session.socket);
    socket.ask('From which powder is the blue glaze mixed?');
    const answer = await socket.completed();
    const question = { question: 'At how many degrees is the blue glaze fired?' };
    await rest('POST', '/v1/ai/answers', { token: creator.token, body: question });
    const before = await searchEverywhere(endpoints, creator.id, [...words, document.id]);

    await rest('DELETE', `/v1/hub/documents/${document.id}`, { token: creator.token });
    const receipt = await until('the receipt', () => receiptOf(creator.id, document.id), 60_000);
    const after = await searchEverywhere(endpoints, creator.id, words);
    const vectors = (await searchEverywhere(endpoints, creator.id, [document.id])).vectors;

    // The search itself finds what is there.
    expect(answer.text).toContain(words[0]);
    const seen = Object.entries(before).filter(([, found]) => found.length > 0);
    expect(seen.map(([store]) => store)).toEqual(['postgres', 'files', 'redis', 'vectors']);
    expect(after).toEqual({ postgres: [], files: [], redis: [], vectors: [] });
    expect(vectors).toEqual([]);
    expect(receipt.findings).toMatchObject({
      postgres: { found: 0, removed: 1 },
      vectors: { found: 0 },
      files: { found: 0 },
      redis: { found: 0 },
    });
    const messages = await rest('GET', `/v1/channel/messages`, {
      token: session.token,
      headers: { Origin: 'https://creator.example.org' },
    });
    expect(messages.body.data.map((message: { role: string }) => message.role)).toEqual(['visitor', 'assistant']);
    expect(messages.body.data[1]).toMatchObject({ citations: [], text: expect.stringContaining('removed') });
    expect((await rest('GET', `/v1/hub/documents/${kept.id}`, { token: creator.token })).body.status).toBe('ready');
    socket.close();
  },
);

test.skipIf(!endpoints.database_url)(
  'A18: after the visitor erased a conversation, no word of it is found in any store',
  async () => {
    const mark = randomUUID().slice(0, 8);
    const words = [`wobblin${mark}`, `fernack${mark}`];
    const creator = await newCreator();
    const widgetId = await newWidget(creator);
    await uploadText(creator, 'courses.md', '# Courses\n\nA pottery course costs 180 euros for six evenings.');
    const session = await newVisitorSession(widgetId);
    const socket = await VisitorSocket.open(session.socket);
    socket.ask(`What does a pottery course cost? My name is ${words[0]}.`);
    const turnId = (await socket.completed()).turn_id;
    const { body } = await rest('GET', '/v1/channel/messages', visitorOf(session));
    await rest('PUT', `/v1/channel/messages/${body.data[1].id}/feedback`, {
      ...visitorOf(session),
      body: { rating: 'up', comment: `Thank you, ${words[1]}.` },
    });
    const before = await searchEverywhere(endpoints, creator.id, words);
    const frames = (await searchEverywhere(endpoints, creator.id, [turnId])).redis;

    const erased = await rest('DELETE', '/v1/channel/conversation', visitorOf(session));
    const after = await searchEverywhere(endpoints, creator.id, words);
    const framesAfter = (await searchEverywhere(endpoints, creator.id, [turnId])).redis;

    expect(frames.length).toBeGreaterThanOrEqual(1);
    expect(framesAfter).toEqual([]);
    expect(before.postgres.length).toBeGreaterThanOrEqual(2);
    expect(erased.status).toBe(202);
    expect(after).toEqual({ postgres: [], files: [], redis: [], vectors: [] });
    socket.close();
  },
);

test.skipIf(!endpoints.database_url)(
  'A18: after a curated answer was deleted, no word of it is found in any store, and a receipt says so',
  async () => {
    const mark = randomUUID().slice(0, 8);
    const words = [`marzipol${mark}`, `tuvering${mark}`];
    const creator = await newCreator();
    const widgetId = await newWidget(creator);
    const question = `Do you take the voucher called ${words[0]}?`;
    const created = await rest('POST', '/v1/hub/answers', {
      token: creator.token,
      headers: { 'Idempotency-Key': randomUUID() },
      body: { question, answer: `Yes, at the desk, together with a ${words[1]} card.` },
    });
    const { id } = created.body;
    await until('the answer to be indexed', async () => {
      const { body } = await rest('GET', `/v1/hub/answers/${id}`, { token: creator.token });
      return body.status === 'ready';
    });
    const session = await newVisitorSession(widgetId);
    const socket = await VisitorSocket.open(session.socket);
    socket.ask('Do you take the voucher?');
    const answer = await socket.completed();
    const before = await searchEverywhere(endpoints, creator.id, [...words, id]);

    await rest('DELETE', `/v1/hub/answers/${id}`, { token: creator.token });
    const receipt = await until('the receipt', () => receiptOf(creator.id, id), 85_000);
    const after = await searchEverywhere(endpoints, creator.id, words);
    const vectors = (await searchEverywhere(endpoints, creator.id, [id])).vectors;

    expect(answer.text).toContain(words[1]);
    const seen = Object.entries(before).filter(([, found]) => found.length > 0);
    expect(seen.map(([store]) => store)).toEqual(['postgres', 'redis', 'vectors']);
    expect(after).toEqual({ postgres: [], files: [], redis: [], vectors: [] });
    expect(vectors).toEqual([]);
    expect(receipt.findings).toEqual({
      postgres: { looked_for: 'rows that name the answer', removed: 1, found: 0 },
      vectors: { looked_for: 'vectors by id and by answer', removed: 1, found: 0 },
      redis: { looked_for: 'remembered answers and frames that name the answer', found: 0 },
    });
    socket.close();
  },
  180_000,
);
