import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mail } from '../../../../functions/auth/gateways/mailer.ts';
import { openMailer } from '../../../../functions/auth/mailer-composition.ts';
import { findSpendWarningsDue } from '../../../../functions/auth/repositories/spend-warnings.ts';
import { warningTables } from '../../../../functions/auth/repositories/warning-tables.ts';
import { openSpendWatch } from '../../../../functions/auth/spend-watch.ts';
import { type WarningUse, warnOfSpending } from '../../../../functions/auth/use-cases/warn-of-spending.ts';
import { openRedis } from '../../../../shared/clients/redis.ts';
import { AuthEnv, readEnv } from '../../../../shared/config/env-constants.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import { openTurn } from '../../../../shared/lifecycles/turn/open-turn.ts';
import { type AuthService, startAuthService } from '../../../support/auth-service.ts';

const NEAR = 'Your assistant is near its daily limit';
const REACHED = 'Your assistant has reached its daily limit';
const CONTEXT = { awsRequestId: 'warn-spending-1', getRemainingTimeInMillis: () => 60_000 };

let auth: AuthService;
let pools: ReturnType<typeof openPool>[];
let as: Record<'auth' | 'hub' | 'ai' | 'channel', ReturnType<typeof openTenantDatabase>>;
beforeAll(async () => {
  auth = await startAuthService();
  const open = (service: 'auth' | 'hub' | 'ai' | 'channel') =>
    openPool(auth.database.urlFor(service), { maxConnections: 2 });
  const byService = { auth: open('auth'), hub: open('hub'), ai: open('ai'), channel: open('channel') };
  pools = Object.values(byService);
  as = {
    auth: openTenantDatabase(byService.auth),
    hub: openTenantDatabase(byService.hub),
    ai: openTenantDatabase(byService.ai),
    channel: openTenantDatabase(byService.channel),
  };
});
afterAll(async () => {
  await Promise.all((pools ?? []).map((pool) => pool.end()));
  await auth?.stop();
});

async function thriftyCreator(limit: number | null): Promise<{ id: string; email: string }> {
  const { tokens, email } = await auth.signUp();
  const { id } = tokens.creator;
  await setLimit(id, limit);
  return { id, email };
}
const setLimit = (id: string, limit: number | null) =>
  as.hub.withTenant(id, (db) =>
    db.query(
      `insert into creator_settings (creator_id, daily_spend_limit) values ($1, $2)
       on conflict (creator_id) do update set daily_spend_limit = excluded.daily_spend_limit`,
      [id, limit],
    ),
  );
const give = (id: string, answers: number) => as.ai.withTenant(id, (db) => countUsage(db, id, { answers }));
/** One run of the schedule, in an instance of its own. */
async function run(): Promise<void> {
  const watch = openSpendWatch(readEnv(AuthEnv, auth.env));
  await watch.handler({}, CONTEXT).finally(() => watch.close());
}
const subjectsTo = async (email: string) =>
  (await auth.mailsTo(email)).map(({ subject }) => subject).filter((subject) => subject.includes('daily limit'));
const toldInTrail = async (id: string) => {
  const rows = await as.auth.readAsTenant(id, (db) =>
    db.query(
      `select action from audit_events where creator_id = $1 and action like 'spend_limit.%' order by created_at`,
      [id],
    ),
  );
  return rows.map(({ action }) => action);
};
/** As if the run that claimed the creator's warnings had ended long ago. */
const letClaimsRunOut = (id: string) =>
  as.auth.withTenant(id, (db) =>
    db.query(`update spend_warnings set claimed_until = now() - interval '1 second' where creator_id = $1`, [id]),
  );

describe('the daily spend limit', () => {
  test('is told by mail when it is near and when it is reached, each once, plain and as HTML', async () => {
    const { id, email } = await thriftyCreator(10);
    const told: string[][] = [];
    for (const answers of [7, 1, 1, 1, 5]) {
      await give(id, answers);
      await run();
      told.push(await subjectsTo(email));
    }

    expect(told).toEqual([[], [NEAR], [NEAR], [NEAR, REACHED], [NEAR, REACHED]]);
    expect(await toldInTrail(id)).toEqual(['spend_limit.near', 'spend_limit.reached']);
    const [near, reached] = (await auth.mailsTo(email)).slice(-2);
    for (const part of [near?.text, near?.html]) expect(part).toContain('8 of the 10 answers');
    for (const part of [reached?.text, reached?.html]) expect(part).toContain('all 10 answers');
    expect(reached?.html).toMatch(/^<!doctype html>/);
  });

  test('counts what is under way, for it will be given', async () => {
    const { id, email } = await thriftyCreator(2);
    await give(id, 1);
    const [conversationId, clientMessageId, visitorId] = [randomUUID(), randomUUID(), randomUUID()];
    await as.channel.withTenant(id, async (db) => {
      await db.query(
        `insert into conversations (creator_id, id, visitor_id, origin) values ($1, $2, $3, 'https://a.example')`,
        [id, conversationId, visitorId],
      );
      await openTurn(db, { creatorId: id, conversationId, clientMessageId, text: 'When?' });
    });

    await run();

    expect(await subjectsTo(email)).toEqual([REACHED]);
  });

  test('that is reached at once is told as reached only, and a higher limit starts no second round', async () => {
    const { id, email } = await thriftyCreator(4);
    await give(id, 4);
    await run();
    await setLimit(id, 5);
    await run();
    await give(id, 1);
    await run();

    expect(await subjectsTo(email)).toEqual([REACHED]);
  });

  test('of nothing, or that is not set, is no news', async () => {
    const [none, unset] = [await thriftyCreator(0), await thriftyCreator(null)];
    await give(unset.id, 1_000);

    await run();

    expect([await subjectsTo(none.email), await subjectsTo(unset.email)]).toEqual([[], []]);
  });
});

describe('a run that is delivered twice or ends half-way', () => {
  test('ten runs at once send one mail', async () => {
    const { id, email } = await thriftyCreator(5);
    await give(id, 4);

    await Promise.all(Array.from({ length: 10 }, run));

    expect(await subjectsTo(email)).toEqual([NEAR]);
    expect(await toldInTrail(id)).toEqual(['spend_limit.near']);
  });

  /** One run whose mails to this address go through `send` instead. */
  async function runWithMailer(to: string, send: (mail: Mail, deliver: () => Promise<void>) => Promise<void>) {
    const env = readEnv(AuthEnv, auth.env);
    const pool = openPool(auth.database.urlFor('auth'), { maxConnections: 1 });
    const redis = openRedis(env.REDIS_URL);
    const mailer = openMailer(env, redis);
    const database = openTenantDatabase(pool);
    const use: WarningUse = {
      findDue: findSpendWarningsDue(pool),
      inTenant: (creatorId, work) => database.withTenant(creatorId, (db) => work(warningTables(db, creatorId))),
      mailer: { send: (mail) => (mail.to === to ? send(mail, () => mailer.send(mail)) : mailer.send(mail)) },
      consoleUrl: env.CONSOLE_URL,
    };
    const report = await warnOfSpending(use, new AbortController().signal);
    await pool.end();
    redis.disconnect();
    return report;
  }

  test('a warning whose mail was not taken is sent by a later run, and nobody else waits for it', async () => {
    const [unlucky, other] = [await thriftyCreator(1), await thriftyCreator(1)];
    await give(unlucky.id, 1);
    await give(other.id, 1);

    const report = await runWithMailer(unlucky.email, async () => {
      throw new Error('the mail server is away');
    });
    await run();
    const whileClaimed = await subjectsTo(unlucky.email);
    await letClaimsRunOut(unlucky.id);
    await run();

    expect(report).toEqual({ mailed: 1, failed: 1 });
    expect([whileClaimed, await subjectsTo(other.email)]).toEqual([[], [REACHED]]);
    expect(await subjectsTo(unlucky.email)).toEqual([REACHED]);
    expect(await toldInTrail(unlucky.id)).toEqual(['spend_limit.reached']);
  });

  test('a run that ends between mail and record leaves the warning due: sent at least once, then never again', async () => {
    const { id, email } = await thriftyCreator(1);
    await give(id, 1);

    await runWithMailer(email, async (_mail, deliver) => {
      await deliver();
      throw new Error('ended here');
    });
    for (let n = 0; n < 3; n += 1) {
      await letClaimsRunOut(id);
      await run();
    }

    expect(await subjectsTo(email)).toEqual([REACHED, REACHED]);
    expect(await toldInTrail(id)).toEqual(['spend_limit.reached']);
  });

  test('the schedule’s run ends with an error when somebody could not be warned', async () => {
    const { id } = await thriftyCreator(1);
    await give(id, 1);
    const env = { ...auth.env, MAILBOX_FOLDER: '/dev/null/nowhere' };
    const watch = openSpendWatch(readEnv(AuthEnv, env));

    await expect(watch.handler({}, CONTEXT)).rejects.toThrow('could not be warned');

    await watch.close();
  });
});
