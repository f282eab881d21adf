import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { type OpenedSession, openTestChannel, PAGE, type ReceivedFrame, type TestChannel } from './channel-fixture.ts';
import { makeTenant, type TenantFixture } from './tenant-fixture.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

export interface UsedChannel extends TestChannel {
  readonly database: TestDatabase;
  /** A creator with a widget on PAGE; the tests of the file share it. */
  readonly tenant: TenantFixture;
}

/** A channel on a database of its own for the tests of one file. It is there once they begin. */
export function useTestChannel(options: Parameters<typeof openTestChannel>[1] = {}): UsedChannel {
  const used = {} as UsedChannel;
  beforeAll(async () => {
    const database = await testDatabase();
    const tenant = await makeTenant(database, { origins: [PAGE] });
    Object.assign(used, openTestChannel(database, options), { database, tenant });
  });
  afterAll(async () => {
    await used.close();
    await used.database.drop();
  });
  return used;
}

/** What a page sends with a question. */
export const message = (text = 'How?', clientMessageId: string = randomUUID()) => ({
  action: 'message',
  client_message_id: clientMessageId,
  text,
});

export const errorCode = (frame: ReceivedFrame | undefined) => (frame?.error as { code: string } | undefined)?.code;

/** Of each frame that a connection was sent: its error's code, or what it is. */
export const outcomesOf = (channel: TestChannel, connectionId: string) =>
  channel.framesOf(connectionId).map((frame) => errorCode(frame) ?? frame.type);

export async function newTicket(channel: TestChannel, session: OpenedSession): Promise<string> {
  const { body } = await channel.call<{ ticket: string }>('POST', '/v1/channel/tickets', {
    origin: PAGE,
    token: session.session_token,
  });
  return body.ticket;
}

/** The turns of a conversation that were handed to the engine. */
export const turnsOf = (channel: TestChannel, conversationId: string) =>
  channel.announced.filter(({ conversation_id }) => conversation_id === conversationId);
