import type pg from 'pg';
import { composeAuth } from '../../../functions/auth/composition.ts';
import { routes } from '../../../functions/auth/routes/table.ts';
import type { RedisClient } from '../../../shared/clients/redis.ts';
import { AuthEnv, readEnv } from '../../../shared/config/env-constants.ts';
import { restHandler } from '../../../shared/lambda/rest-handler.ts';
import { type BcryptWorkers, openBcryptWorkers } from '../../../shared/security/bcrypt-workers.ts';
import { openPasswords } from '../../../shared/security/passwords.ts';
import { callRest, type RestAnswer } from '../rest-event.ts';

/** What one call cost. A round trip begins when something is sent while nothing is under way. */
export interface Cost {
  /** `compare 12` or `hash 12`, in order. */
  readonly bcrypt: readonly string[];
  readonly databaseTrips: number;
  readonly redisTrips: number;
  readonly mails: number;
}

export interface CountedAuth {
  call(method: string, path: string, body: unknown): Promise<{ readonly answer: RestAnswer; readonly cost: Cost }>;
  close(): Promise<void>;
}

class Trips {
  count = 0;
  #underWay = 0;

  /** Counts what is sent until its answer came. */
  async follow<T>(sent: Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.count += 1;
    this.#underWay += 1;
    try {
      return await sent;
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** The routes of auth over its real parts, with everything counted that an attacker could measure. */
export function openCountedAuth(variables: Readonly<Record<string, string>>): CountedAuth {
  const env = readEnv(AuthEnv, variables);
  const { pool, redis, use, close } = composeAuth(env);
  const workers = openBcryptWorkers({ size: 1 });
  const bcrypt: string[] = [];
  let mails = 0;
  const database = followDatabase(pool);
  const redisTrips = followRedis(redis);
  const handler = restHandler({
    service: 'auth',
    routes,
    use: {
      ...use,
      passwords: openPasswords({ pepper: env.PASSWORD_PEPPER, workers: counting(workers, bcrypt) }),
      mailer: {
        send: async (mail) => {
          mails += 1;
          await use.mailer.send(mail);
        },
      },
    },
    cors: { kind: 'console', origin: env.CONSOLE_ORIGIN },
    authenticateCreator: async () => {
      throw new Error('no route that is counted takes a credential');
    },
  });
  return {
    call: async (method, path, body) => {
      const before = { bcrypt: bcrypt.length, database: database.count, redis: redisTrips.count, mails };
      const answer = await callRest(handler, method, path, { body });
      const cost = {
        bcrypt: bcrypt.slice(before.bcrypt),
        databaseTrips: database.count - before.database,
        redisTrips: redisTrips.count - before.redis,
        mails: mails - before.mails,
      };
      return { answer, cost };
    },
    close: async () => {
      await Promise.all([close(), workers.close()]);
    },
  };
}

function counting(workers: BcryptWorkers, done: string[]): BcryptWorkers {
  return {
    ...workers,
    hash: (text, cost) => {
      done.push(`hash ${cost}`);
      return workers.hash(text, cost);
    },
    compare: (text, hash) => {
      done.push(`compare ${Number(hash.split('$')[2])}`);
      return workers.compare(text, hash);
    },
  };
}

function followDatabase(pool: pg.Pool): Trips {
  const trips = new Trips();
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const callback = args.at(-1);
        if (typeof callback !== 'function') return trips.follow(query(...args) as Promise<unknown>);
        const { promise, resolve } = Promise.withResolvers<void>();
        void trips.follow(promise);
        return query(...args.slice(0, -1), (...outcome: unknown[]) => {
          resolve();
          callback(...outcome);
        });
      },
    });
  });
  return trips;
}

function followRedis(redis: RedisClient): Trips {
  const trips = new Trips();
  const send = redis.sendCommand.bind(redis) as (...args: unknown[]) => unknown;
  Object.assign(redis, {
    sendCommand: (...args: unknown[]) => {
      const sent = send(...args);
      if (sent instanceof Promise) trips.follow(sent).catch(() => {});
      return sent;
    },
  });
  return trips;
}
