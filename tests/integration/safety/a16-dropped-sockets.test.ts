import { randomUUID } from 'node:crypto';
import { setTimeout as think } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConversationStream } from '../../../shared/lifecycles/conversation/conversation-stream.ts';
import {
  openTestChannel,
  PAGE,
  type ReceivedFrame,
  startChat,
  type TestChannel,
} from '../../support/channel-fixture.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { makeTenant, type TenantFixture } from '../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const CONVERSATIONS = figure(10, 200);
const AT_ONCE = 4;
const DROPS = 20;
/** How fast the model speaks. */
const TOKEN_MS = 4;

let database: TestDatabase;
let channel: TestChannel;
let tenant: TenantFixture;
beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database, { limitFactor: 10 });
  tenant = await makeTenant(database, { origins: [PAGE] });
});
afterAll(async () => {
  await channel.close();
  await database.drop();
});

interface Outcome {
  readonly lost: number;
  readonly doubled: number;
  readonly words: number;
}

/** The engine's side, as another process would write it; what it has said when it is done. */
async function speak(conversationId: string, turnId: string, isEnough: () => boolean): Promise<string[]> {
  const engine = openConversationStream({ redis: channel.redis, post: channel.use.outlet.post });
  const writer = engine.deltaWriter(tenant.creatorId, conversationId, turnId);
  const words: string[] = [];
  while (!isEnough()) {
    const word = `${words.length};`;
    words.push(word);
    writer.write(word);
    await think(TOKEN_MS);
  }
  await writer.flush();
  return words;
}

/** One visitor whose socket breaks again and again while one answer is written; half the ends go unreported. */
async function converse(): Promise<Outcome> {
  const { session, connectionId: first, ip } = await startChat(channel, tenant.widgetId);
  await channel.send(first, { action: 'message', client_message_id: randomUUID(), text: 'How?' });
  const turnId = String(channel.framesOf(first)[0]?.turn_id);
  let drops = 1;
  const writing = speak(session.conversation_id, turnId, () => drops >= DROPS);
  const seen: ReceivedFrame[] = [...channel.framesOf(first)];
  await channel.drop(first);
  const come = async () => {
    const { body } = await channel.call<{ ticket: string }>('POST', '/v1/channel/tickets', {
      origin: PAGE,
      token: session.session_token,
      ip,
    });
    const { connectionId } = await channel.connect({ ticket: body.ticket, origin: PAGE, ip });
    await channel.send(connectionId, { action: 'resume', after_seq: seen.at(-1)?.seq ?? 0 });
    return connectionId;
  };
  while (drops < DROPS) {
    const connectionId = await come();
    await until('frames to come', () => channel.framesOf(connectionId).length > drops % 3);
    await channel.drop(connectionId, drops % 2 === 0);
    seen.push(...channel.framesOf(connectionId));
    drops += 1;
  }
  const words = await writing;
  const last = await come();
  seen.push(...channel.framesOf(last));
  await channel.drop(last);
  const heard = seen.flatMap(({ type, text }) => (type === 'delta' ? String(text).match(/\d+;/g) : []) ?? []);
  const inOrder = seen.every(({ seq }, place) => seq === place + 1);
  return {
    lost: words.length - new Set(heard).size,
    doubled: heard.length - new Set(heard).size + (inOrder && heard.join() === words.join() ? 0 : 1),
    words: words.length,
  };
}

test(
  `A16: ${DROPS} forced disconnects during one answer, ${CONVERSATIONS} conversations: no token is lost or doubled`,
  async () => {
    const outcomes: Outcome[] = [];
    let left = CONVERSATIONS;
    const visitor = async () => {
      while (left > 0) {
        left -= 1;
        outcomes.push(await converse());
      }
    };

    await Promise.all(Array.from({ length: AT_ONCE }, visitor));

    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
    const reached = `${sum(({ lost }) => lost)} lost, ${sum(({ doubled }) => doubled)} doubled`;
    const what = `${CONVERSATIONS} conversations, ${DROPS} disconnects each, ${sum(({ words }) => words)} tokens`;
    tellFigure('A16', what, '0 lost, 0 doubled', reached);
    expect(reached).toBe('0 lost, 0 doubled');
    expect(outcomes).toHaveLength(CONVERSATIONS);
  },
  WITHIN_MS,
);
