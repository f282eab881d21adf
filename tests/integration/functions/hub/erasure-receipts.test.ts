import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordErasure } from '../../../../shared/database/erasure-receipts.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

const PATH = '/v1/hub/erasure-receipts';
const FINDINGS = {
  postgres: { looked_for: 'rows', removed: 3, found: 0 },
  vectors: { looked_for: 'vectors', removed: 7, found: 0 },
  redis: { looked_for: 'remembered answers', found: 0 },
} as const;

interface List {
  readonly data: readonly { readonly subject_id: string }[];
  readonly next_cursor: string | null;
}

describe('erasure receipts', () => {
  let hub: HubService;
  let mine: HubCreator;
  let other: HubCreator;
  beforeAll(async () => {
    hub = await startHubService();
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
  });
  afterAll(() => hub?.stop());

  /** As ai writes it when nothing of the thing is left. */
  const erase = async ({ id }: HubCreator, subjectKind: 'document' | 'answer' = 'document') => {
    const subjectId = randomUUID();
    const requestedAt = new Date('2026-11-01T10:00:00Z');
    await hub.asAi.withTenant(id, (db) =>
      recordErasure(db, { creatorId: id, subjectKind, subjectId, requestedAt, findings: FINDINGS }),
    );
    return subjectId;
  };

  test('are read by the id of what was deleted, as they were written', async () => {
    const [document, answer] = [await erase(mine), await erase(mine, 'answer')];
    const read = (id: string) => hub.call('GET', `${PATH}/${id}`, { token: mine.key });

    const [ofDocument, ofAnswer] = [await read(document), await read(answer.toUpperCase())];

    expect([ofDocument.status, ofAnswer.status]).toEqual([200, 200]);
    expect(ofDocument.body).toEqual({
      ...{ id: expect.any(String), subject_kind: 'document', subject_id: document, findings: FINDINGS },
      ...{ requested_at: '2026-11-01T10:00:00.000Z', created_at: expect.any(String) },
    });
    expect(ofAnswer.body).toMatchObject({ subject_kind: 'answer', subject_id: answer });
  });

  test('are nobody else’s, and there is none before a deletion is finished', async () => {
    const foreign = await erase(other);
    const statusOf = async (id: string) => (await hub.call('GET', `${PATH}/${id}`, { token: mine.key })).status;

    const statuses = [await statusOf(foreign), await statusOf(randomUUID()), await statusOf('no-id')];

    expect(statuses).toEqual([404, 404, 404]);
  });

  test('are listed page by page, newest first, each once', async () => {
    const creator = await hub.newCreator();
    const erased: string[] = [];
    for (let n = 0; n < 5; n++) erased.unshift(await erase(creator));

    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { limit: '2', ...(cursor !== undefined && { cursor }) };
      const page: List = (await hub.call('GET', PATH, { token: creator.key, query })).body;
      seen.push(...page.data.map(({ subject_id }) => subject_id));
      cursor = page.next_cursor;
    }

    expect(seen).toEqual(erased);
  });

  test('want a key that may read the audit trail', async () => {
    const [may, mayNot] = [await hub.newCreator(['analytics:read']), await hub.newCreator(['documents:write'])];

    const statuses = [];
    for (const { key } of [may, mayNot]) statuses.push((await hub.call('GET', PATH, { token: key })).status);

    expect(statuses).toEqual([200, 403]);
  });
});
