import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sweepSockets } from '../../../../functions/channel/use-cases/sweep-sockets.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { PAGE, startChat } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { errorCode, message, newTicket, turnsOf, useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

describe('coming back', () => {
  test('twenty drops during one answer, with messages between, lose and double no frame', async () => {
    const { session, connectionId: first, ip } = await startChat(channel, channel.tenant.widgetId);
    const engine = openConversationStream({
      redis: channel.redis,
      post: channel.use.outlet.post,
      readLastSeq: async () => 0,
    });
    await channel.send(first, message());
    const turnId = turnsOf(channel, session.conversation_id)[0]?.turn_id ?? '';
    const words = Array.from({ length: 300 }, (_, index) => `w${index} `);
    const writing = (async () => {
      const writer = engine.deltaWriter(channel.tenant.creatorId, session.conversation_id, turnId);
      for (const word of words) {
        writer.write(word);
        await pass(6);
      }
      await writer.flush();
    })();

    const seen = [...channel.framesOf(first)];
    await channel.drop(first);
    for (let round = 0; round < 20; round += 1) {
      const { connectionId } = await channel.connect({ ticket: await newTicket(channel, session), origin: PAGE, ip });
      await channel.send(connectionId, { action: 'resume', after_seq: seen.at(-1)?.seq ?? 0 });
      if (round % 7 === 3) await channel.send(connectionId, message(`And ${round}?`));
      await pass(20 + Math.random() * 60);
      await channel.drop(connectionId, round % 2 === 0);
      seen.push(...channel.framesOf(connectionId));
    }
    await writing;
    const { connectionId: last } = await channel.connect({
      ticket: await newTicket(channel, session),
      origin: PAGE,
      ip,
    });
    await channel.send(last, { action: 'resume', after_seq: seen.at(-1)?.seq ?? 0 });
    seen.push(...channel.framesOf(last));

    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
    const text = seen.filter(({ type }) => type === 'delta').map((frame) => frame.text);
    expect(text.join('')).toBe(words.join(''));
    expect(seen.filter(({ type }) => type === 'accepted')).toHaveLength(4);
  });

  test.each([99, Number.MAX_SAFE_INTEGER, 2 ** 60, 1e308])(
    'a place that is unknown (%d) is answered by reset, and the socket is live',
    async (place) => {
      const own = await makeTenant(channel.database, { origins: [PAGE] });
      const { connectionId } = await startChat(channel, own.widgetId);

      await channel.send(connectionId, { action: 'resume', after_seq: place });
      await channel.send(connectionId, message());

      expect(channel.framesOf(connectionId)).toMatchObject([
        { type: 'reset', last_seq: 0 },
        { type: 'accepted', seq: 1 },
      ]);
    },
  );
});

describe('cancelling', () => {
  test('reaches the open turn of this conversation, and no other', async () => {
    const own = await makeTenant(channel.database, { origins: [PAGE] });
    const { session, connectionId } = await startChat(channel, own.widgetId);
    const stranger = await startChat(channel, own.widgetId);
    await channel.send(connectionId, message());
    const turnId = turnsOf(channel, session.conversation_id)[0]?.turn_id ?? '';

    await channel.send(stranger.connectionId, { action: 'cancel', turn_id: turnId });
    const raised = () => channel.use.cancelSignal.raisedAmong(own.creatorId, [turnId]);
    const before = await raised();
    await channel.send(connectionId, { action: 'cancel', turn_id: turnId });

    expect(channel.framesOf(stranger.connectionId).map(errorCode)).toEqual(['NOT_FOUND']);
    expect([before, await raised()]).toEqual([[], [turnId]]);
    expect(channel.framesOf(connectionId)).toHaveLength(1);
  });
});

describe('leaving', () => {
  test('erasing the conversation tells its sockets and closes them', async () => {
    const { session, connectionId } = await startChat(channel, channel.tenant.widgetId);
    await channel.send(connectionId, message());

    await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

    expect(channel.framesOf(connectionId).at(-1)).toEqual({ type: 'closing', reason: 'conversation_erased' });
    expect(channel.isOpen(connectionId)).toBe(false);
  });

  test('the sweep forgets sockets that vanished unreported, and keeps the silent ones that are open', async () => {
    const gone = await startChat(channel, channel.tenant.widgetId);
    const silent = await startChat(channel, channel.tenant.widgetId);
    await channel.send(gone.connectionId, { action: 'resume', after_seq: 0 });
    await channel.drop(gone.connectionId, false);
    // Other tests' sockets are swept along: nobody talks on them any more.
    const later = new Date(Date.now() + 12 * 60_000);

    await sweepSockets(channel.use, later);

    const known = (connectionId: string) => channel.redis.exists(`platform:socket:state:${connectionId}`);
    expect([await known(gone.connectionId), await known(silent.connectionId)]).toEqual([0, 1]);
    const cursors = `creator:{${channel.tenant.creatorId}}:conversation:${gone.session.conversation_id}:cursors`;
    expect(await channel.redis.hexists(cursors, gone.connectionId)).toBe(0);
  });

  test('a socket that cannot be forgotten keeps no other one listed, and has its turn again later', async () => {
    const [bad, gone] = [
      await startChat(channel, channel.tenant.widgetId),
      await startChat(channel, channel.tenant.widgetId),
    ];
    for (const { connectionId } of [bad, gone]) await channel.drop(connectionId, false);
    const later = new Date(Date.now() + 12 * 60_000);
    const connections = {
      ...channel.use.connections,
      // The one that fails stands before the other.
      silentSince: async () => [bad.connectionId, gone.connectionId],
      remove: async (connectionId: string) => {
        if (connectionId === bad.connectionId) throw new Error('not today');
        return channel.use.connections.remove(connectionId);
      },
    };
    await channel.redis.zadd('platform:socket:index', 1, bad.connectionId);

    const report = await sweepSockets({ ...channel.use, connections }, later);

    expect(report).toEqual({ checked: 2, removed: 1, failed: 1 });
    expect(await channel.redis.exists(`platform:socket:state:${gone.connectionId}`)).toBe(0);
    const heard = Number(await channel.redis.zscore('platform:socket:index', bad.connectionId));
    expect(Date.now() - heard).toBeLessThan(60_000);
  });

  test('a socket whose state cannot be read counts as unknown, and is swept like the others', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    await channel.redis.set(`platform:socket:state:${connectionId}`, '{"kind":');
    await channel.drop(connectionId, false);

    const report = await sweepSockets(channel.use, new Date(Date.now() + 12 * 60_000));

    expect(report.failed).toBe(0);
    expect(await channel.redis.zscore('platform:socket:index', connectionId)).toBeNull();
  });
});
