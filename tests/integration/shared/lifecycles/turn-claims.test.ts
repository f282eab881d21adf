import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openDueWork } from '../../../../functions/ai/repositories/due-work.ts';
import { claimTurn, releaseTurn, renewTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { failTurn, nextOpenTurn, requestCancel } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import { useTurns } from '../../../support/use-turns.ts';

const turns = useTurns();

const countedAnswers = async () => {
  const { creatorId } = turns.tenant;
  const [row] = await turns.asAi.readAsTenant(creatorId, (db) =>
    db.query("select amount from usage where creator_id = $1 and measure = 'answers'", [creatorId]),
  );
  return Number(row?.amount ?? 0);
};

describe('claiming', () => {
  test('of twenty rivals one wins, and nobody else while its lease lives', async () => {
    const turnId = await turns.openedId(await turns.newConversation());

    const claims = await Promise.all(Array.from({ length: 20 }, () => turns.claim(turnId)));

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await turns.claim(turnId)).toBeUndefined();
  });

  test('a later turn waits until the earlier one is finished, then brings its history', async () => {
    const conversationId = await turns.newConversation();
    const first = await turns.openedId(conversationId, 'One?');
    const second = await turns.openedId(conversationId, 'Two?');
    const worker = randomUUID();

    expect(await turns.claim(second)).toBeUndefined();
    await turns.claim(first, worker);
    await turns.complete(first, worker, 'First answer');
    const next = await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      nextOpenTurn(db, { creatorId: turns.tenant.creatorId, conversationId }),
    );
    const claimed = await turns.claim(second);

    expect(next).toBe(second);
    expect(claimed).toMatchObject({
      question: 'Two?',
      attempt: 1,
      widgetId: turns.tenant.widgetId,
      history: [
        { role: 'visitor', text: 'One?' },
        { role: 'assistant', text: 'First answer' },
      ],
    });
  });

  test('the history is looked up by the conversation, not among all messages of the creator', async () => {
    const { creatorId } = turns.tenant;
    const turnId = await turns.openedId(await turns.newConversation());
    const plans: string[] = [];

    await turns.asAi.withTenant(creatorId, (db) => {
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
    const turnId = await turns.openedId(await turns.newConversation());
    const [slow, quick] = [randomUUID(), randomUUID()];
    const before = await countedAnswers();

    await turns.claim(turnId, slow, 0);
    const again = await turns.claim(turnId, quick);

    expect(again?.attempt).toBe(2);
    const renewed = await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      renewTurn(db, { creatorId: turns.tenant.creatorId, turnId, workerId: slow, leaseMs: 1_000 }),
    );
    expect(renewed.held).toBe(false);
    expect(await turns.complete(turnId, slow)).toBeUndefined();
    expect(await turns.complete(turnId, quick)).toBeDefined();
    expect(await turns.complete(turnId, quick)).toBeUndefined();
    expect(await countedAnswers()).toBe(before + 1);
  });

  test('a cancel reaches the worker at its next renewal', async () => {
    const conversationId = await turns.newConversation();
    const turnId = await turns.openedId(conversationId);
    const workerId = randomUUID();
    await turns.claim(turnId, workerId);

    const wanted = { creatorId: turns.tenant.creatorId, conversationId, turnId };
    const accepted = await turns.asChannel.withTenant(turns.tenant.creatorId, (db) => requestCancel(db, wanted));
    const elsewhere = await turns.asChannel.withTenant(turns.tenant.creatorId, (db) =>
      requestCancel(db, { ...wanted, conversationId: randomUUID() }),
    );

    expect([accepted, elsewhere]).toEqual([true, false]);
    const renewed = await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      renewTurn(db, { creatorId: turns.tenant.creatorId, turnId, workerId, leaseMs: 1_000 }),
    );
    expect(renewed).toEqual({ held: true, cancelRequested: true });
  });

  test('the sweeper sees the first open turn alone, and for how long it is still held', async () => {
    const conversationId = await turns.newConversation();
    const first = await turns.openedId(conversationId);
    const second = await turns.openedId(conversationId);
    const workerId = randomUUID();
    const due = async () =>
      (await openDueWork(turns.ai, 'nomic-embed-text').turns(1_000))
        .filter(({ turn_id }) => turn_id === first || turn_id === second)
        .map(({ turn_id, delay_seconds }) => [turn_id, delay_seconds]);

    expect(await due()).toEqual([]);
    await turns.claim(first, workerId, 30_000);
    expect(await due()).toEqual([[first, 30]]);
    await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      releaseTurn(db, { creatorId: turns.tenant.creatorId, turnId: first, workerId }),
    );
    expect(await due()).toEqual([[first, 0]]);
    await turns.claim(first, workerId);
    await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      failTurn(db, { creatorId: turns.tenant.creatorId, turnId: first, workerId, code: 'UPSTREAM_FAILED', lastSeq: 1 }),
    );
    expect(await due()).toEqual([]);
  });
});
