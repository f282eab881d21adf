import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { countUsage } from '../../shared/database/usage.ts';
import { openConversation } from '../../shared/lifecycles/conversation/conversation-record.ts';
import { claimTurn } from '../../shared/lifecycles/turn/claim-turn.ts';
import { completeTurn } from '../../shared/lifecycles/turn/finish-turn.ts';
import { openTurn } from '../../shared/lifecycles/turn/open-turn.ts';
import { makeTenant, type TenantFixture } from './tenant-fixture.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

interface TurnParts {
  readonly database: TestDatabase;
  readonly ai: pg.Pool;
  readonly asChannel: TenantDatabase;
  readonly asAi: TenantDatabase;
  readonly tenant: TenantFixture;
}

/** One creator's turns, on a database of its own for the tests of one file. It is there once they begin. */
export function useTurns() {
  const parts = {} as TurnParts;
  const pools: pg.Pool[] = [];
  beforeAll(async () => {
    const database = await testDatabase();
    const [channel, ai] = [openPool(database.urlFor('channel')), openPool(database.urlFor('ai'))];
    pools.push(channel, ai);
    const roles = { asChannel: openTenantDatabase(channel), asAi: openTenantDatabase(ai) };
    Object.assign(parts, { database, ai, ...roles, tenant: await makeTenant(database) });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await parts.database.drop();
  });
  return Object.assign(parts, turnSteps(parts));
}

function turnSteps(turns: TurnParts) {
  const open = (conversationId: string, text = 'How?', clientMessageId: string = randomUUID()) => {
    const { creatorId } = turns.tenant;
    return turns.asChannel.withTenant(creatorId, (db) =>
      openTurn(db, { creatorId, conversationId, clientMessageId, text }),
    );
  };
  return {
    open,
    newConversation: async (): Promise<string> => {
      const conversationId = randomUUID();
      await turns.asChannel.withTenant(turns.tenant.creatorId, (db) =>
        openConversation(db, {
          ...turns.tenant,
          ...{ conversationId, visitorId: randomUUID(), origin: 'https://site.example' },
        }),
      );
      return conversationId;
    },
    openedId: async (conversationId: string, text = 'How?'): Promise<string> => {
      const turn = await open(conversationId, text);
      if (turn.kind !== 'opened') throw new Error(`expected an opened turn, got ${turn.kind}`);
      return turn.turnId;
    },
    claim: (turnId: string, workerId: string = randomUUID(), leaseMs = 30_000) => {
      const { creatorId } = turns.tenant;
      return turns.asAi.withTenant(creatorId, (db) => claimTurn(db, { creatorId, turnId, workerId, leaseMs }));
    },
    /** The id of the stored answer, if this worker may store one. */
    complete: (turnId: string, workerId: string, text = 'So.', lastSeq = 5) =>
      complete(turns, { turnId, workerId, text, lastSeq }),
  };
}

interface Completion {
  readonly turnId: string;
  readonly workerId: string;
  readonly text: string;
  readonly lastSeq: number;
}

async function complete({ asAi, tenant }: TurnParts, { text, ...completion }: Completion) {
  const { creatorId } = tenant;
  const messageId = randomUUID();
  const answer = { text, refused: false, finishReason: 'stop' as const, citations: [], model: 'm' };
  const [completed] = await asAi.changeAtOnce(creatorId, (db) =>
    Promise.all([
      completeTurn(db, { creatorId, ...completion, messageId, answer }),
      countUsage(db, creatorId, { answers: 1 }, { ofMessage: messageId }),
    ]),
  );
  return completed ? { messageId } : undefined;
}
