import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import { newCreator, rest, uploadText } from '../support/rest-client.ts';
import { searchEverywhere } from '../support/search-everywhere.ts';
import { until } from '../support/until.ts';
import { newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

const endpoints = inject('endpoints');

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
