import * as z from 'zod';
import type { IdempotencyStore, StoredAnswer } from '../lambda/idempotency.ts';
import type { TenantDatabase } from './tenant-database.ts';

const Row = z.object({ request_hash: z.instanceof(Buffer), done: z.boolean(), response: z.unknown() });

/**
 * Keys in Postgres, under the caller's own tenant. Claiming is one insert: of two parallel requests one gets the key.
 * An answer is kept 24 hours. A claim whose function died is free again after two minutes, which is longer than any
 * REST function lives; its request may have changed something, so the retry can repeat that change.
 */
export function openIdempotencyStore(database: TenantDatabase): IdempotencyStore {
  return {
    async claim(creatorId, route, key, requestHash) {
      const hash = Buffer.from(requestHash, 'hex');
      for (;;) {
        const [, claimed, found] = await database.changeAtOnce(creatorId, (db) =>
          Promise.all([
            db.query(PURGE, [creatorId]),
            db.query(CLAIM, [creatorId, route, key, hash]),
            db.query(FIND, [creatorId, route, key]),
          ]),
        );
        if (claimed.length > 0) return undefined;
        // Nothing there means that it was released between the two statements: then it can be had.
        if (found[0]) return toStoredAnswer(found[0]);
      }
    },

    async complete(creatorId, route, key, body) {
      await database.changeAtOnce(creatorId, (db) =>
        db.query(
          `update idempotency_keys set response = $4, status = 1
           where creator_id = $1 and route = $2 and key = $3`,
          [creatorId, route, key, toStored(body)],
        ),
      );
    },

    async release(creatorId, route, key) {
      await database.changeAtOnce(creatorId, (db) =>
        db.query(
          `delete from idempotency_keys
           where creator_id = $1 and route = $2 and key = $3 and status is null`,
          [creatorId, route, key],
        ),
      );
    },
  };
}

const PURGE = `
  delete from idempotency_keys
  where creator_id = $1
    and (created_at < now() - interval '24 hours' or (status is null and created_at < now() - interval '2 minutes'))`;

const CLAIM = `
  insert into idempotency_keys (creator_id, route, key, request_hash) values ($1, $2, $3, $4)
  on conflict (creator_id, route, key) do nothing
  returning key`;

const FIND = `
  select request_hash, status is not null as done, response from idempotency_keys
  where creator_id = $1 and route = $2 and key = $3`;

function toStoredAnswer(raw: unknown): StoredAnswer {
  const row = Row.parse(raw);
  const requestHash = row.request_hash.toString('hex');
  return row.done ? { requestHash, body: fromStored(row.response) } : { requestHash };
}

/** Kept as JSON text inside of JSON: a jsonb object would lose the order of its fields, and the answer its bytes. */
const toStored = (body: unknown): string => JSON.stringify(JSON.stringify(body ?? null));
const fromStored = (stored: unknown): unknown => JSON.parse(z.string().parse(stored));
