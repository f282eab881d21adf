import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openDueWork } from '../../../../functions/ai/repositories/due-work.ts';
import { openReconciliations } from '../../../../functions/ai/repositories/reconciliations.ts';
import { type GenerateDependencies, generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import { sendDueWork } from '../../../../functions/ai/use-cases/sweep/send-due-work.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { DatabaseUnavailableError } from '../../../../shared/errors/database-unavailable-error.ts';
import { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { noAnswerCache } from '../../../support/no-answer-cache.ts';
import { openTestRedis } from '../../../support/test-redis.ts';
import { saidSinceRestart, type TurnWorld, typesOf } from '../../../support/turn-world.ts';
import { useTurnWorld } from '../../../support/use-turn-world.ts';

let world: TurnWorld;
useTurnWorld((opened) => {
  world = opened;
});

describe('a turn', () => {
  test('whose worker vanished is resumed by the next one, with restarted first', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    await world.knowledge.database.withTenant(world.knowledge.creatorId, (db) =>
      db.query(
        `update turns set attempt = 1, lease_owner = $3, lease_until = now() - interval '1 second'
        where creator_id = $1 and id = $2`,
        [world.knowledge.creatorId, first.turn_id, randomUUID()],
      ),
    );

    await generateTurn(world.deps, first);

    expect(typesOf(await world.framesOf(conversationId))).toEqual(['restarted', 'delta', 'citations', 'completed']);
  });

  test('whose worker ends before the answer is stored shows the citations of the answer that is', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    const { knowledge } = world;
    const { creatorId } = knowledge;
    const database: TenantDatabase = {
      ...knowledge.database,
      changeAtOnce: (id, work) =>
        world.knowledge.database.changeAtOnce(id, (db) =>
          work({
            query: async (sql, values) => {
              if (sql.includes("set status = 'completed'")) throw new Error('the worker ended');
              return db.query(sql, values);
            },
          }),
        ),
    };
    world.server.script.answer = () => ['The studio closes at four on Sundays.', ' [1]'];
    await expect(generateTurn({ ...world.deps, database }, first)).rejects.toThrow('the worker ended');

    world.server.script.answer = () => ['The pottery studio opens at eleven', ' on Sundays', ' [1].', ' Come early.'];
    await generateTurn(world.deps, first);

    const frames = await world.framesOf(conversationId);
    const [stored] = await world.knowledge.database.readAsTenant(creatorId, (db) =>
      db.query("select citations, text from messages where creator_id = $1 and turn_id = $2 and role = 'assistant'", [
        creatorId,
        first.turn_id,
      ]),
    );
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-2)).toMatchObject({ citations: stored?.citations });
    expect(frames.at(-1)).toMatchObject({ text: stored?.text });
    expect(stored?.text).toContain('opens at eleven');
  });

  test('that five workers began and none ended fails, and the conversation goes on', async () => {
    const { conversationId, messages } = await world.conversationWith('When does the studio open?', 'And on Sundays?');
    const [first, second] = messages;
    if (!first || !second) throw new Error('two turns were opened');
    await world.knowledge.database.withTenant(world.knowledge.creatorId, (db) =>
      db.query('update turns set attempt = 5 where creator_id = $1 and id = $2', [
        world.knowledge.creatorId,
        first.turn_id,
      ]),
    );

    await generateTurn(world.deps, first);

    expect(typesOf(await world.framesOf(conversationId))).toEqual(['failed']);
    expect(world.announced).toEqual([second.turn_id]);
  });
});

describe('while Redis does not answer', () => {
  const away = () => {
    const client = openTestRedis();
    const sent: { readonly turnId: string; readonly afterSeconds?: number }[] = [];
    const parts = {
      tenants: world.knowledge.database,
      client,
      post: async () => 'sent' as const,
      answers: noAnswerCache,
    };
    const deps: GenerateDependencies = {
      ...world.openDeps(parts),
      turns: { announce: async ({ turn_id }, options) => void sent.push({ turnId: turn_id, ...options }) },
    };
    return { client, sent, deps };
  };

  test('a turn is given back and sent to come again soon; then it is answered, with restarted first', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    const { client, sent, deps } = away();
    client.disconnect();

    await generateTurn(deps, first);

    expect(sent).toEqual([{ turnId: first.turn_id, afterSeconds: 10 }]);
    expect(await world.turnRow(first.turn_id)).toMatchObject({ status: 'open' });
    await generateTurn(world.deps, first);
    expect(typesOf(await world.framesOf(conversationId))).toEqual(['restarted', 'delta', 'citations', 'completed']);
  });

  test('an answer that is stored and cannot be told is told by the delivery that comes soon', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    const { client, sent, deps } = away();
    const database: TenantDatabase = {
      ...world.knowledge.database,
      changeAtOnce: async (id, work) => {
        const done = await world.knowledge.database.changeAtOnce(id, work);
        if ((await world.turnRow(first.turn_id))?.status === 'completed') client.disconnect();
        return done;
      },
    };

    await generateTurn({ ...deps, database }, first);

    expect(typesOf(await world.framesOf(conversationId))).toEqual(['delta']);
    expect(sent).toEqual([{ turnId: first.turn_id, afterSeconds: 10 }]);
    await generateTurn(world.deps, first);
    const frames = await world.framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ text: saidSinceRestart(frames) });
    expect(await world.turnRow(first.turn_id)).toMatchObject({ announced: true });
  });
});

describe('while Postgres does not answer', () => {
  const isStoring = (sql: string) => sql.includes("set status = 'completed'");
  /** From the first statement that `breaks` on, nothing is answered for so many transactions more. */
  const failing = (breaks: (sql: string) => boolean, transactions: number) => {
    const sent: { readonly turnId: string; readonly afterSeconds?: number }[] = [];
    let left: number | undefined;
    const changeAtOnce: TenantDatabase['changeAtOnce'] = async (id, work) => {
      if (left !== undefined && left > 0) {
        left -= 1;
        throw new DatabaseUnavailableError('connection refused');
      }
      return world.knowledge.database.changeAtOnce(id, (db) =>
        work({
          query: async (sql, values) => {
            if (left === undefined && breaks(sql)) {
              left = transactions;
              throw new Error('Connection terminated unexpectedly');
            }
            return db.query(sql, values);
          },
        }),
      );
    };
    const deps: GenerateDependencies = {
      ...world.deps,
      database: { ...world.knowledge.database, changeAtOnce },
      turns: { announce: async ({ turn_id }, options) => void sent.push({ turnId: turn_id, ...options }) },
    };
    return { sent, deps };
  };

  test('a turn is given back as soon as it is there again, and answered by the delivery that comes soon', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    const { sent, deps } = failing(isStoring, 2);

    await generateTurn(deps, first);

    expect(sent).toEqual([{ turnId: first.turn_id, afterSeconds: 2 }]);
    await generateTurn(world.deps, first);
    const frames = await world.framesOf(conversationId);
    expect(typesOf(frames)).toEqual(['delta', 'restarted', 'delta', 'citations', 'completed']);
    expect(frames.at(-1)).toMatchObject({ text: saidSinceRestart(frames) });
  });

  test('a turn that could not be claimed comes again too', async () => {
    const { conversationId, first } = await world.conversationWith('When does the studio open on Sundays?');
    const { sent, deps } = failing((sql) => sql.includes('set lease_owner = $3'), 0);

    await generateTurn(deps, first);

    expect(sent).toEqual([{ turnId: first.turn_id, afterSeconds: 5 }]);
    await generateTurn(world.deps, first);
    expect(typesOf(await world.framesOf(conversationId))).toEqual(['delta', 'citations', 'completed']);
  });

  test('a turn that cannot be given back is left to its lease, and comes again all the same', async () => {
    const { first } = await world.conversationWith('When does the studio open on Sundays?');
    const { sent, deps } = failing(isStoring, 100);

    await generateTurn({ ...deps, giveBackWithinMs: 0 }, first);

    expect(sent).toEqual([{ turnId: first.turn_id, afterSeconds: 10 }]);
    expect(await world.turnRow(first.turn_id)).toMatchObject({ status: 'open' });
  });
});

test('a turn past its deadline that nobody works on is ended, told as timed out, and the next one is sent', async () => {
  const { conversationId, messages } = await world.conversationWith(
    'When does the studio open?',
    'And when does it close?',
  );
  const [overdue, next] = messages;
  if (!overdue || !next) throw new Error('no turns');
  await world.knowledge.database.withTenant(world.knowledge.creatorId, (db) =>
    db.query("update turns set deadline_at = now() - interval '1 second' where creator_id = $1 and id = $2", [
      world.knowledge.creatorId,
      overdue.turn_id,
    ]),
  );
  const pool = openPool(world.database.urlFor('ai'));
  const sent: Record<string, unknown>[] = [];
  const queue = { send: async (message: Record<string, unknown>) => void sent.push(message) };

  await sendDueWork({
    ...{ database: world.knowledge.database, due: openDueWork(pool, 'nomic-embed-text'), ingestQueue: queue },
    ...{ reconciliations: openReconciliations, turnsQueue: queue },
  });
  const told = sent.filter((message) => message.turn_id === overdue.turn_id);
  for (const message of told) await generateTurn(world.deps, TurnMessage.parse(message));

  await pool.end();
  expect(told).toHaveLength(1);
  const frames = await world.framesOf(conversationId);
  expect(frames.map((frame) => frame.type)).toEqual(['failed']);
  expect(frames[0]).toMatchObject({ turn_id: overdue.turn_id, error: { code: 'UPSTREAM_TIMEOUT' } });
  expect(world.announced).toEqual([next.turn_id]);
});
