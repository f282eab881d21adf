import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDueWork } from '../../../../functions/ai/repositories/due-work.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import {
  eraseConversation,
  openConversation,
  readLastSeq,
} from '../../../../shared/lifecycles/conversation/conversation-record.ts';
import { listMessages, rateMessage } from '../../../../shared/lifecycles/conversation/messages.ts';
import { readUnannounced, recordAnnounced } from '../../../../shared/lifecycles/turn/announce-turn.ts';
import { claimTurn, releaseTurn, renewTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { completeTurn, failTurn, nextOpenTurn, requestCancel } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import { openTurn, recordAccepted } from '../../../../shared/lifecycles/turn/open-turn.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let channel: ReturnType<typeof openPool>;
let ai: ReturnType<typeof openPool>;
let asChannel: TenantDatabase;
let asAi: TenantDatabase;
let tenant: TenantFixture;

beforeAll(async () => {
  database = await testDatabase();
  channel = openPool(database.urlFor('channel'));
  ai = openPool(database.urlFor('ai'));
  asChannel = openTenantDatabase(channel);
  asAi = openTenantDatabase(ai);
  tenant = await makeTenant(database);
});

afterAll(async () => {
  await Promise.all([channel.end(), ai.end()]);
  await database.drop();
});

async function newConversation(): Promise<string> {
  const conversationId = randomUUID();
  await asChannel.withTenant(tenant.creatorId, (db) =>
    openConversation(db, { ...tenant, conversationId, visitorId: randomUUID(), origin: 'https://site.example' }),
  );
  return conversationId;
}

function open(conversationId: string, text = 'How?', clientMessageId: string = randomUUID()) {
  return asChannel.withTenant(tenant.creatorId, (db) =>
    openTurn(db, { creatorId: tenant.creatorId, conversationId, clientMessageId, text }),
  );
}

async function openedId(conversationId: string, text = 'How?'): Promise<string> {
  const turn = await open(conversationId, text);
  if (turn.kind !== 'opened') throw new Error(`expected an opened turn, got ${turn.kind}`);
  return turn.turnId;
}

const claim = (turnId: string, workerId: string = randomUUID(), leaseMs = 30_000) =>
  asAi.withTenant(tenant.creatorId, (db) => claimTurn(db, { creatorId: tenant.creatorId, turnId, workerId, leaseMs }));

/** The id of the stored answer, if this worker may store one. */
const complete = async (turnId: string, workerId: string, text = 'So.', lastSeq = 5) => {
  const { creatorId } = tenant;
  const messageId = randomUUID();
  const answer = { text, refused: false, finishReason: 'stop' as const, citations: [], model: 'm' };
  const [completed] = await asAi.changeAtOnce(creatorId, (db) =>
    Promise.all([
      completeTurn(db, { creatorId, turnId, workerId, lastSeq, messageId, answer }),
      countUsage(db, creatorId, { answers: 1 }, { ofMessage: messageId }),
    ]),
  );
  return completed ? { messageId } : undefined;
};

const countedAnswers = async () => {
  const { creatorId } = tenant;
  const [row] = await asAi.readAsTenant(creatorId, (db) =>
    db.query("select amount from usage where creator_id = $1 and measure = 'answers'", [creatorId]),
  );
  return Number(row?.amount ?? 0);
};

describe('opening', () => {
  test('a repeat is told the first ids and number, another text is a conflict', async () => {
    const conversationId = await newConversation();
    const clientMessageId = randomUUID();
    const first = await open(conversationId, 'How?', clientMessageId);
    if (first.kind === 'conflict') throw new Error('unexpected conflict');
    await asChannel.withTenant(tenant.creatorId, (db) =>
      recordAccepted(db, { creatorId: tenant.creatorId, turnId: first.turnId, seq: 7 }),
    );

    const repeat = await open(conversationId, 'How?', clientMessageId);
    const other = await open(conversationId, 'Why?', clientMessageId);

    expect(repeat).toEqual({ ...first, kind: 'repeat', acceptedSeq: 7, lastSeq: 7 });
    expect(other).toEqual({ kind: 'conflict' });
  });

  test('twenty senders of one message open one turn', async () => {
    const conversationId = await newConversation();
    const clientMessageId = randomUUID();

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => open(conversationId, 'How?', clientMessageId)));

    expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(new Set(outcomes.map((turn) => (turn.kind === 'conflict' ? '' : turn.turnId))).size).toBe(1);
  });

  test('an unknown conversation and one of another tenant are not found alike', async () => {
    const stranger = await makeTenant(database);
    const conversationId = await newConversation();

    await expect(open(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      asChannel.withTenant(stranger.creatorId, (db) =>
        openTurn(db, { creatorId: stranger.creatorId, conversationId, clientMessageId: randomUUID(), text: 'Hi' }),
      ),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('claiming', () => {
  test('of twenty rivals one wins, and nobody else while its lease lives', async () => {
    const turnId = await openedId(await newConversation());

    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(turnId)));

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await claim(turnId)).toBeUndefined();
  });

  test('a later turn waits until the earlier one is finished, then brings its history', async () => {
    const conversationId = await newConversation();
    const first = await openedId(conversationId, 'One?');
    const second = await openedId(conversationId, 'Two?');
    const worker = randomUUID();

    expect(await claim(second)).toBeUndefined();
    await claim(first, worker);
    await complete(first, worker, 'First answer');
    const next = await asAi.withTenant(tenant.creatorId, (db) =>
      nextOpenTurn(db, { creatorId: tenant.creatorId, conversationId }),
    );
    const claimed = await claim(second);

    expect(next).toBe(second);
    expect(claimed).toMatchObject({
      question: 'Two?',
      attempt: 1,
      widgetId: tenant.widgetId,
      history: [
        { role: 'visitor', text: 'One?' },
        { role: 'assistant', text: 'First answer' },
      ],
    });
  });

  test('the history is looked up by the conversation, not among all messages of the creator', async () => {
    const { creatorId } = tenant;
    const turnId = await openedId(await newConversation());
    const plans: string[] = [];

    await asAi.withTenant(creatorId, (db) => {
      const query: typeof db.query = async (sql, values) => {
        if (!sql.includes('messages said')) return db.query(sql, values);
        const [plan, rows] = await Promise.all([db.query(`explain (costs off) ${sql}`, values), db.query(sql, values)]);
        plans.push(plan.map((row) => String(row['QUERY PLAN'])).join('\n'));
        return rows;
      };
      return claimTurn({ query }, { creatorId, turnId, workerId: randomUUID(), leaseMs: 30_000 });
    });

    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatch(/on messages said[\s\S]*conversation_id = t\.conversation_id/);
  });

  test('a worker whose lease ran out and was taken can neither renew nor answer, and counts nothing', async () => {
    const turnId = await openedId(await newConversation());
    const [slow, quick] = [randomUUID(), randomUUID()];
    const before = await countedAnswers();

    await claim(turnId, slow, 0);
    const again = await claim(turnId, quick);

    expect(again?.attempt).toBe(2);
    const renewed = await asAi.withTenant(tenant.creatorId, (db) =>
      renewTurn(db, { creatorId: tenant.creatorId, turnId, workerId: slow, leaseMs: 1_000 }),
    );
    expect(renewed.held).toBe(false);
    expect(await complete(turnId, slow)).toBeUndefined();
    expect(await complete(turnId, quick)).toBeDefined();
    expect(await complete(turnId, quick)).toBeUndefined();
    expect(await countedAnswers()).toBe(before + 1);
  });

  test('a cancel reaches the worker at its next renewal', async () => {
    const conversationId = await newConversation();
    const turnId = await openedId(conversationId);
    const workerId = randomUUID();
    await claim(turnId, workerId);

    const wanted = { creatorId: tenant.creatorId, conversationId, turnId };
    const accepted = await asChannel.withTenant(tenant.creatorId, (db) => requestCancel(db, wanted));
    const elsewhere = await asChannel.withTenant(tenant.creatorId, (db) =>
      requestCancel(db, { ...wanted, conversationId: randomUUID() }),
    );

    expect([accepted, elsewhere]).toEqual([true, false]);
    const renewed = await asAi.withTenant(tenant.creatorId, (db) =>
      renewTurn(db, { creatorId: tenant.creatorId, turnId, workerId, leaseMs: 1_000 }),
    );
    expect(renewed).toEqual({ held: true, cancelRequested: true });
  });

  test('the sweeper sees the first open turn alone, and for how long it is still held', async () => {
    const conversationId = await newConversation();
    const first = await openedId(conversationId);
    const second = await openedId(conversationId);
    const workerId = randomUUID();
    const due = async () =>
      (await openDueWork(ai, 'nomic-embed-text').turns(1_000))
        .filter(({ turn_id }) => turn_id === first || turn_id === second)
        .map(({ turn_id, delay_seconds }) => [turn_id, delay_seconds]);

    expect(await due()).toEqual([]);
    await claim(first, workerId, 30_000);
    expect(await due()).toEqual([[first, 30]]);
    await asAi.withTenant(tenant.creatorId, (db) =>
      releaseTurn(db, { creatorId: tenant.creatorId, turnId: first, workerId }),
    );
    expect(await due()).toEqual([[first, 0]]);
    await claim(first, workerId);
    await asAi.withTenant(tenant.creatorId, (db) =>
      failTurn(db, { creatorId: tenant.creatorId, turnId: first, workerId, code: 'UPSTREAM_FAILED', lastSeq: 1 }),
    );
    expect(await due()).toEqual([]);
  });
});

describe('telling how a turn ended', () => {
  const unannounced = (turnId: string) =>
    asAi.readAsTenant(tenant.creatorId, (db) => readUnannounced(db, { creatorId: tenant.creatorId, turnId }));

  test('is left to whoever finds it untold, and done once it is recorded', async () => {
    const turnId = await openedId(await newConversation());
    const workerId = randomUUID();
    expect(await unannounced(turnId)).toBeUndefined();
    await claim(turnId, workerId);
    const answer = await complete(turnId, workerId, 'Answer');

    const frames = await unannounced(turnId);
    await asAi.withTenant(tenant.creatorId, (db) => recordAnnounced(db, { creatorId: tenant.creatorId, turnId }));

    expect(frames).toEqual([
      { type: 'citations', turn_id: turnId, citations: [] },
      {
        type: 'completed',
        turn_id: turnId,
        message_id: answer?.messageId,
        refused: false,
        finish_reason: 'stop',
        text: 'Answer',
      },
    ]);
    expect(await unannounced(turnId)).toBeUndefined();
  });

  test('a failure is told by its code', async () => {
    const turnId = await openedId(await newConversation());
    const workerId = randomUUID();
    await claim(turnId, workerId);
    await asAi.withTenant(tenant.creatorId, (db) =>
      failTurn(db, { creatorId: tenant.creatorId, turnId, workerId, code: 'UPSTREAM_TIMEOUT', lastSeq: 2 }),
    );

    expect(await unannounced(turnId)).toMatchObject([{ type: 'failed', error: { code: 'UPSTREAM_TIMEOUT' } }]);
  });
});

describe('the conversation', () => {
  test('its messages come oldest first with feedback, and its last number never falls', async () => {
    const conversationId = await newConversation();
    const turnId = await openedId(conversationId, 'One?');
    const workerId = randomUUID();
    await claim(turnId, workerId);
    const answer = await complete(turnId, workerId, 'Answer', 12);
    await asChannel.withTenant(tenant.creatorId, (db) =>
      recordAccepted(db, { creatorId: tenant.creatorId, turnId, seq: 1 }),
    );

    const key = { creatorId: tenant.creatorId, conversationId };
    const rated = await asChannel.withTenant(tenant.creatorId, (db) =>
      rateMessage(db, { ...key, messageId: answer?.messageId ?? '', rating: 'up' }),
    );
    const rows = await asChannel.readAsTenant(tenant.creatorId, (db) => listMessages(db, { ...key, limit: 10 }));

    expect(rated).toBe(true);
    expect(rows.map(({ role, text, rating }) => [role, text, rating])).toEqual([
      ['visitor', 'One?', null],
      ['assistant', 'Answer', 'up'],
    ]);
    expect(await asChannel.readAsTenant(tenant.creatorId, (db) => readLastSeq(db, key))).toBe(12);
  });

  test('while a worker answers, its last number lies above every frame that the worker may have numbered', async () => {
    const key = { creatorId: tenant.creatorId, conversationId: await newConversation() };
    const turnId = await openedId(key.conversationId);
    const lastSeq = () => asChannel.readAsTenant(tenant.creatorId, (db) => readLastSeq(db, key));
    await asChannel.withTenant(tenant.creatorId, (db) => recordAccepted(db, { ...key, turnId, seq: 1 }));
    const workerId = randomUUID();

    const beforehand = await lastSeq();
    await claim(turnId, workerId);
    const meanwhile = await lastSeq();
    await complete(turnId, workerId, 'Answer', 12);

    expect(beforehand).toBe(1);
    expect(meanwhile).toBeGreaterThan(5_000);
    expect(await lastSeq()).toBe(12);
  });

  test('erasing it takes everything with it, and a worker still answering stores nothing', async () => {
    const conversationId = await newConversation();
    const turnId = await openedId(conversationId);
    const workerId = randomUUID();
    await claim(turnId, workerId);
    const key = { creatorId: tenant.creatorId, conversationId };

    const erased = await asChannel.withTenant(tenant.creatorId, (db) => eraseConversation(db, key));

    expect(erased).toBe(true);
    expect(await complete(turnId, workerId)).toBeUndefined();
    expect(await asChannel.readAsTenant(tenant.creatorId, (db) => listMessages(db, { ...key, limit: 10 }))).toEqual([]);
    expect(await asChannel.withTenant(tenant.creatorId, (db) => eraseConversation(db, key))).toBe(false);
  });
});
