import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { eraseConversation, readLastSeq } from '../../../../shared/lifecycles/conversation/conversation-record.ts';
import { listMessages, rateMessage } from '../../../../shared/lifecycles/conversation/messages.ts';
import { readUnannounced, recordAnnounced } from '../../../../shared/lifecycles/turn/announce-turn.ts';
import { failTurn } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import { openTurn, recordAccepted } from '../../../../shared/lifecycles/turn/open-turn.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { useTurns } from '../../../support/use-turns.ts';

const turns = useTurns();

describe('opening', () => {
  test('a repeat is told the first ids and number, another text is a conflict', async () => {
    const conversationId = await turns.newConversation();
    const clientMessageId = randomUUID();
    const first = await turns.open(conversationId, 'How?', clientMessageId);
    if (first.kind === 'conflict') throw new Error('unexpected conflict');
    await turns.asChannel.withTenant(turns.tenant.creatorId, (db) =>
      recordAccepted(db, { creatorId: turns.tenant.creatorId, turnId: first.turnId, seq: 7 }),
    );

    const repeat = await turns.open(conversationId, 'How?', clientMessageId);
    const other = await turns.open(conversationId, 'Why?', clientMessageId);

    expect(repeat).toEqual({ ...first, kind: 'repeat', acceptedSeq: 7, lastSeq: 7 });
    expect(other).toEqual({ kind: 'conflict' });
  });

  test('twenty senders of one message open one turn', async () => {
    const conversationId = await turns.newConversation();
    const clientMessageId = randomUUID();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => turns.open(conversationId, 'How?', clientMessageId)),
    );

    expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(new Set(outcomes.map((turn) => (turn.kind === 'conflict' ? '' : turn.turnId))).size).toBe(1);
  });

  test('an unknown conversation and one of another tenant are not found alike', async () => {
    const stranger = await makeTenant(turns.database);
    const conversationId = await turns.newConversation();

    await expect(turns.open(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      turns.asChannel.withTenant(stranger.creatorId, (db) =>
        openTurn(db, { creatorId: stranger.creatorId, conversationId, clientMessageId: randomUUID(), text: 'Hi' }),
      ),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('telling how a turn ended', () => {
  const unannounced = (turnId: string) =>
    turns.asAi.readAsTenant(turns.tenant.creatorId, (db) =>
      readUnannounced(db, { creatorId: turns.tenant.creatorId, turnId }),
    );

  test('is left to whoever finds it untold, and done once it is recorded', async () => {
    const turnId = await turns.openedId(await turns.newConversation());
    const workerId = randomUUID();
    expect(await unannounced(turnId)).toBeUndefined();
    await turns.claim(turnId, workerId);
    const answer = await turns.complete(turnId, workerId, 'Answer');

    const frames = await unannounced(turnId);
    await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      recordAnnounced(db, { creatorId: turns.tenant.creatorId, turnId }),
    );

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
    const turnId = await turns.openedId(await turns.newConversation());
    const workerId = randomUUID();
    await turns.claim(turnId, workerId);
    await turns.asAi.withTenant(turns.tenant.creatorId, (db) =>
      failTurn(db, { creatorId: turns.tenant.creatorId, turnId, workerId, code: 'UPSTREAM_TIMEOUT', lastSeq: 2 }),
    );

    expect(await unannounced(turnId)).toMatchObject([{ type: 'failed', error: { code: 'UPSTREAM_TIMEOUT' } }]);
  });
});

describe('the conversation', () => {
  test('its messages come oldest first with feedback, and its last number never falls', async () => {
    const conversationId = await turns.newConversation();
    const turnId = await turns.openedId(conversationId, 'One?');
    const workerId = randomUUID();
    await turns.claim(turnId, workerId);
    const answer = await turns.complete(turnId, workerId, 'Answer', 12);
    await turns.asChannel.withTenant(turns.tenant.creatorId, (db) =>
      recordAccepted(db, { creatorId: turns.tenant.creatorId, turnId, seq: 1 }),
    );

    const key = { creatorId: turns.tenant.creatorId, conversationId };
    const rated = await turns.asChannel.withTenant(turns.tenant.creatorId, (db) =>
      rateMessage(db, { ...key, messageId: answer?.messageId ?? '', rating: 'up' }),
    );
    const rows = await turns.asChannel.readAsTenant(turns.tenant.creatorId, (db) =>
      listMessages(db, { ...key, limit: 10 }),
    );

    expect(rated).toBe('changed');
    expect(rows.map(({ role, text, rating }) => [role, text, rating])).toEqual([
      ['visitor', 'One?', null],
      ['assistant', 'Answer', 'up'],
    ]);
    expect(await turns.asChannel.readAsTenant(turns.tenant.creatorId, (db) => readLastSeq(db, key))).toBe(12);
  });

  test('while a worker answers, its last number lies above every frame that the worker may have numbered', async () => {
    const key = { creatorId: turns.tenant.creatorId, conversationId: await turns.newConversation() };
    const turnId = await turns.openedId(key.conversationId);
    const lastSeq = () => turns.asChannel.readAsTenant(turns.tenant.creatorId, (db) => readLastSeq(db, key));
    await turns.asChannel.withTenant(turns.tenant.creatorId, (db) => recordAccepted(db, { ...key, turnId, seq: 1 }));
    const workerId = randomUUID();

    const beforehand = await lastSeq();
    await turns.claim(turnId, workerId);
    const meanwhile = await lastSeq();
    await turns.complete(turnId, workerId, 'Answer', 12);

    expect(beforehand).toBe(1);
    expect(meanwhile).toBeGreaterThan(5_000);
    expect(await lastSeq()).toBe(12);
  });

  test('erasing it takes everything with it, and a worker still answering stores nothing', async () => {
    const conversationId = await turns.newConversation();
    const turnId = await turns.openedId(conversationId);
    const workerId = randomUUID();
    await turns.claim(turnId, workerId);
    const key = { creatorId: turns.tenant.creatorId, conversationId };

    const erased = await turns.asChannel.withTenant(turns.tenant.creatorId, (db) => eraseConversation(db, key));

    expect(erased).toBe(true);
    expect(await turns.complete(turnId, workerId)).toBeUndefined();
    expect(
      await turns.asChannel.readAsTenant(turns.tenant.creatorId, (db) => listMessages(db, { ...key, limit: 10 })),
    ).toEqual([]);
    expect(await turns.asChannel.withTenant(turns.tenant.creatorId, (db) => eraseConversation(db, key))).toBe(false);
  });
});
