import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Answer } from '../../../../functions/ai/use-cases/answer/answer-question.ts';
import { generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import { openPlaceTeller } from '../../../../functions/ai/use-cases/answer/tell-places.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import { claimTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { PAGE, startChat } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { testEngine } from '../../../support/test-engine.ts';
import { message, useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const ANSWER: Answer = {
  text: 'So.',
  refused: false,
  citations: [],
  finishReason: 'stop',
  model: 'scripted',
  promptVersion: 'scripted',
  evidence: 1,
  usage: { promptTokens: 1, answerTokens: 1 },
  timingMs: { embedding: 0, vectors: 0, text_search: 0, retrieval: 0, first_token: 0, generation: 0, total: 0 },
};
const framesOf = (connectionId: string) => channel.framesOf(connectionId);
const tell = (connectionId: string) =>
  framesOf(connectionId).map(({ type, seq, position }) => [type, seq, ...(position === undefined ? [] : [position])]);
const turnIdsOf = (connectionId: string) =>
  framesOf(connectionId).flatMap(({ type, turn_id }) => (type === 'accepted' ? [turn_id as string] : []));

async function asEngine<T>(work: (tenants: ReturnType<typeof openTenantDatabase>) => Promise<T>): Promise<T> {
  const pool = openPool(channel.database.urlFor('ai'), { maxConnections: 1 });
  try {
    return await work(openTenantDatabase(pool));
  } finally {
    await pool.end();
  }
}
const claim = (creatorId: string, turnId = '') =>
  asEngine((tenants) =>
    tenants.withTenant(creatorId, (db) =>
      claimTurn(db, { creatorId, turnId, workerId: randomUUID(), leaseMs: 30_000 }),
    ),
  );
/** As if they had been sent a while ago. */
const age = (creatorId: string) =>
  asEngine((tenants) =>
    tenants.withTenant(creatorId, (db) =>
      db.query("update turns set created_at = created_at - interval '5 seconds' where creator_id = $1", [creatorId]),
    ),
  );

test('a message behind another of its conversation is told its place, once, right after accepted', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const { connectionId } = await startChat(channel, widgetId);
  await channel.send(connectionId, message('One?'));
  await claim(creatorId, turnIdsOf(connectionId)[0]);
  const second = message('Two?');

  await channel.send(connectionId, second);
  await channel.send(connectionId, second);
  await channel.send(connectionId, message('Three?'));

  expect(tell(connectionId)).toEqual([
    ['accepted', 1],
    ['accepted', 2],
    ['queued', 3, 1],
    ['accepted', 2],
    ['accepted', 4],
    ['queued', 5, 2],
  ]);
  const queued = framesOf(connectionId)[2];
  expect(ServerFrame.safeParse(queued).success).toBe(true);
  expect(queued?.turn_id).toBe(turnIdsOf(connectionId)[1]);
});

test('questions of other visitors make a place only once they have really waited', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const chats = [];
  for (let n = 0; n < 5; n += 1) chats.push((await startChat(channel, widgetId)).connectionId);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = chats;
  await channel.send(first, message());
  await channel.send(second, message());
  await channel.send(third, message());

  await claim(creatorId, turnIdsOf(first)[0]);
  await age(creatorId);
  await channel.send(fourth, message());
  for (const connectionId of [second, third, fourth]) await claim(creatorId, turnIdsOf(connectionId)[0]);
  await channel.send(fifth, message());

  expect(tell(third)).toEqual([['accepted', 1]]);
  expect(tell(fourth)).toEqual([
    ['accepted', 1],
    ['queued', 2, 3],
  ]);
  expect(tell(fifth)).toEqual([['accepted', 1]]);
});

test('a place is not told any more once the answer has begun', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const { connectionId, session } = await startChat(channel, widgetId);
  await channel.send(connectionId, message());
  const turn_id = turnIdsOf(connectionId)[0] ?? '';
  const { stream } = channel.use;
  await stream.append(creatorId, session.conversation_id, { type: 'delta', turn_id, text: 'So' });

  await stream.append(creatorId, session.conversation_id, { type: 'queued', turn_id, position: 2 });

  expect(tell(connectionId)).toEqual([
    ['accepted', 1],
    ['delta', 2],
  ]);
});

test('those who wait are told as they move up, the first ten of them, and no place twice', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const chats: string[] = [];
  for (let n = 0; n < 13; n += 1) {
    chats.push((await startChat(channel, widgetId)).connectionId);
    await channel.send(chats[n] ?? '', message());
    await age(creatorId);
  }
  const turns = channel.announced.filter((turn) => turn.creator_id === creatorId);
  const answerNext = () =>
    asEngine(async (tenants) => {
      const engine = testEngine(channel, tenants, async ({ onText }) => {
        onText('So.');
        return ANSWER;
      });
      const next = turns.shift();
      if (next) await generateTurn(engine, { kind: 'turn', ...next });
    });
  const placesOf = (connectionId = '') =>
    framesOf(connectionId).flatMap(({ type, position }) => (type === 'queued' ? [position] : []));

  await answerNext();
  const afterOne = chats.map(placesOf);
  await answerNext();

  const [nine, moved] = [[3, 4, 5, 6, 7, 8, 9, 10, 11], (place: number) => [place, place - 1]];
  expect(afterOne).toEqual([[], [2, 1], ...nine.map(moved), [12], [13]]);
  const twice = nine.map((place) => [place, place - 1, place - 2]);
  expect(chats.map(placesOf)).toEqual([[], [2, 1], ...twice, [12, 10], [13]]);
  expect(framesOf(chats[0] ?? '').at(-1)).toMatchObject({ type: 'completed', text: 'So.' });
});

test('of many turns that leave the queue within a second only the first tells the others', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const chats: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    chats.push((await startChat(channel, widgetId)).connectionId);
    await channel.send(chats[n] ?? '', message());
  }
  await age(creatorId);
  const turns = channel.announced.filter((turn) => turn.creator_id === creatorId);

  await asEngine(async (tenants) => {
    const engine = testEngine(channel, tenants, async () => ANSWER);
    const places = openPlaceTeller(channel.use.stream, 60_000);
    for (const turn of turns.slice(0, 3)) await generateTurn({ ...engine, places }, { kind: 'turn', ...turn });
  });

  const placesOf = (connectionId: string) =>
    framesOf(connectionId).flatMap(({ type, position }) => (type === 'queued' ? [position] : []));
  expect(chats.map(placesOf)).toEqual([[], [1], [2], [3], [4], [5]]);
});

test('moving up is told beside the answer: whoever cannot be told keeps nobody waiting', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const [first, second] = [await startChat(channel, widgetId), await startChat(channel, widgetId)];
  for (const { connectionId } of [first, second]) await channel.send(connectionId, message());
  await age(creatorId);
  const [turn] = channel.announced.filter((each) => each.creator_id === creatorId);
  if (!turn) throw new Error('no turn');

  await asEngine((tenants) => {
    const engine = testEngine(channel, tenants, async () => ANSWER);
    const append: typeof engine.stream.append = (...args) =>
      args[2].type === 'queued' ? Promise.reject(new Error('no way there')) : engine.stream.append(...args);
    const stream = { ...engine.stream, append };
    return generateTurn({ ...engine, stream, places: openPlaceTeller(stream, 0) }, { kind: 'turn', ...turn });
  });

  expect(framesOf(first.connectionId).at(-1)).toMatchObject({ type: 'completed' });
});

test('a turn that the model has no room for is told the place that it goes to: behind those that wait', async () => {
  const { creatorId, widgetId } = await makeTenant(channel.database, { origins: [PAGE] });
  const chats: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    chats.push((await startChat(channel, widgetId)).connectionId);
    await channel.send(chats[n] ?? '', message());
  }
  await channel.send(chats[0] ?? '', message('And this?'));
  await age(creatorId);
  const [first, second] = channel.announced.filter((turn) => turn.creator_id === creatorId);
  if (!first || !second) throw new Error('no turns');
  let isBusy = true;

  await asEngine(async (tenants) => {
    const engine = testEngine(channel, tenants, async () => {
      if (isBusy)
        throw new APIError('DEPENDENCY_UNAVAILABLE', 'Busy.', {
          cause: Object.assign(new Error('full'), { status: 503 }),
        });
      return ANSWER;
    });
    await generateTurn(engine, { kind: 'turn', ...first });
    isBusy = false;
    await generateTurn(engine, { kind: 'turn', ...second });
  });

  const placesOf = (turnId: unknown) =>
    chats
      .flatMap(framesOf)
      .flatMap((frame) => (frame.type === 'queued' && frame.turn_id === turnId ? [frame.position] : []));
  expect(placesOf(first.turn_id)).toEqual([3, 2]);
  expect(placesOf(turnIdsOf(chats[2] ?? '')[0])).toEqual([2, 1]);
});
