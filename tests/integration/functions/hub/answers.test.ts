import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

const PAIR = { question: 'Do you take beginners?', answer: 'Yes, in every course.' };

interface Answer {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly status: string;
}

interface Page {
  readonly data: readonly Answer[];
  readonly next_cursor: string | null;
}
interface Refusal {
  readonly error: { readonly code: string };
}

describe('curated answers of the hub', () => {
  let hub: HubService;
  let mine: HubCreator;
  let other: HubCreator;

  beforeAll(async () => {
    hub = await startHubService({ QUOTA_ANSWERS: '4' });
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
  });

  afterAll(() => hub?.stop());

  const create = async (creator = mine, pair: object = PAIR): Promise<Answer> => {
    const { status, body } = await hub.call('POST', '/v1/hub/answers', { token: creator.key, body: pair });
    expect(status).toBe(201);
    return body;
  };
  const nextMessage = async () => {
    const [message] = await hub.ingest.receive({ max: 1, waitSeconds: 5 });
    await hub.ingest.remove(message?.ReceiptHandle ?? '');
    return JSON.parse(message?.Body ?? 'null');
  };
  const versionOf = async (creator: HubCreator) => {
    const [row] = await hub.asAi.readAsTenant(creator.id, (db) =>
      db.query('select version from knowledge where creator_id = $1', [creator.id]),
    );
    return Number(row?.version ?? 0);
  };
  const trailOf = async (creator: HubCreator, id: string) => {
    const rows = await hub.asAi.readAsTenant(creator.id, (db) =>
      db.query(
        'select action, fields from audit_events where creator_id = $1 and subject_id = $2 order by created_at',
        [creator.id, id],
      ),
    );
    return rows.map((row) => [row.action, row.fields]);
  };

  test('are created, announced to the ingest, and read back', async () => {
    const answer = await create();

    expect(answer).toMatchObject({ ...PAIR, status: 'processing' });
    expect(await nextMessage()).toEqual({ kind: 'answer.settle', creator_id: mine.id, answer_id: answer.id });
    const { status, body } = await hub.call('GET', `/v1/hub/answers/${answer.id}`, { token: mine.key });
    expect([status, body]).toEqual([200, answer]);
  });

  test('are created once under an Idempotency-Key', async () => {
    const creator = await hub.newCreator();
    const request = { token: creator.key, body: PAIR, headers: { 'Idempotency-Key': 'once' } };

    const first = await hub.call('POST', '/v1/hub/answers', request);
    const again = await hub.call('POST', '/v1/hub/answers', request);

    expect(again.body).toEqual(first.body);
    const { body } = await hub.call('GET', '/v1/hub/answers', { token: creator.key });
    expect((body as Page).data).toHaveLength(1);
  });

  test('are listed newest first, page by page, up to the quota', async () => {
    const creator = await hub.newCreator();
    const created = [await create(creator), await create(creator), await create(creator), await create(creator)];
    const list = async (query: Record<string, string>): Promise<Page> =>
      (await hub.call('GET', '/v1/hub/answers', { token: creator.key, query })).body;

    const first = await list({ limit: '3' });
    const second = await list({ limit: '3', cursor: first.next_cursor ?? '' });
    const tooMany = await hub.call('POST', '/v1/hub/answers', { token: creator.key, body: PAIR });

    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual(created.map(({ id }) => id).reverse());
    expect(second.next_cursor).toBeNull();
    expect([tooMany.status, (tooMany.body as Refusal).error.code]).toEqual([429, 'QUOTA_EXCEEDED']);
  });

  test.each([
    ['no question', { answer: 'Yes.' }],
    ['a blank answer', { question: 'Do you?', answer: '  \n ' }],
    ['a question of 501 characters', { question: 'q'.repeat(501), answer: 'Yes.' }],
    ['an answer of 4,001 characters', { question: 'Do you?', answer: 'a'.repeat(4_001) }],
    ['a field that is not known', { ...PAIR, chunk_id: randomUUID() }],
    ['what cannot be stored', { ...PAIR, answer: 'a\u0000b' }],
  ])('are refused for %s', async (_, body) => {
    const answer = await hub.call('POST', '/v1/hub/answers', { token: mine.key, body });

    expect([answer.status, (answer.body as Refusal).error.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  test('are changed field by field, with a trace; the same words again change nothing', async () => {
    const creator = await hub.newCreator();
    const { id } = await create(creator);
    const change = (body: object) => hub.call('PATCH', `/v1/hub/answers/${id}`, { token: creator.key, body });
    const before = await versionOf(creator);

    const changed = await change({ answer: 'Only on Mondays.' });
    const repeated = await change({ answer: 'Only on Mondays.' });

    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ question: PAIR.question, answer: 'Only on Mondays.' }),
    ]);
    expect(repeated.body).toEqual(changed.body);
    expect(await versionOf(creator)).toBe(before + 1);
    expect(await trailOf(creator, id)).toEqual([
      ['answer.created', ['question', 'answer']],
      ['answer.changed', ['answer']],
    ]);
  });

  test('are gone at once when deleted, words included', async () => {
    const creator = await hub.newCreator();
    const { id } = await create(creator);
    const path = `/v1/hub/answers/${id}`;
    const before = await versionOf(creator);

    const deleted = await hub.call('DELETE', path, { token: creator.key });

    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await hub.call('GET', path, { token: creator.key })).status).toBe(404);
    expect((await hub.call('PATCH', path, { token: creator.key, body: PAIR })).status).toBe(404);
    expect((await hub.call('DELETE', path, { token: creator.key })).status).toBe(404);
    const rows = await hub.asAi.readAsTenant(creator.id, (db) =>
      db.query('select question, answer from curated_answers where creator_id = $1', [creator.id]),
    );
    expect(rows).toEqual([{ question: '', answer: '' }]);
    expect(await versionOf(creator)).toBe(before + 1);
    expect((await trailOf(creator, id)).at(-1)).toEqual(['answer.deleted', []]);
  });

  test('of another creator are answered like ids that never were, to the byte', async () => {
    const { id } = await create(await hub.newCreator());

    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { answer: 'Mine now.' }]] as const) {
      const ask = (wanted: string) =>
        hub.call(method, `/v1/hub/answers/${wanted}`, {
          token: other.key,
          body,
          headers: { 'X-Request-ID': 'the-same-id' },
        });
      const [foreign, unknown] = [await ask(id), await ask(randomUUID())];

      expect(foreign.status).toBe(404);
      expect(withoutTime(foreign.text)).toBe(withoutTime(unknown.text));
    }
  });

  test('ask for a credential that may', async () => {
    const reader = await hub.newCreator(['documents:read']);
    const write = (token?: string) => hub.call('POST', '/v1/hub/answers', { ...(token && { token }), body: PAIR });

    expect((await write()).status).toBe(401);
    expect((await write(reader.key)).status).toBe(403);
    expect((await hub.call('GET', '/v1/hub/answers', { token: reader.key })).status).toBe(200);
  });
});

const withoutTime = (text: string) => text.replace(/"timestamp":"[^"]+"/, '');
