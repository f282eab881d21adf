import type pg from 'pg';
import * as z from 'zod';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';

const Seal = z
  .object({ number: z.coerce.number(), event_count: z.coerce.number(), hash: z.string() })
  .transform(({ number, event_count: events, hash }) => ({ number, events, hash }));
/** Its number in the creator's chain, how many events it covers, and its hash in hex. */
export type Seal = z.output<typeof Seal>;

export interface AuditSeals {
  /** Creators with events older than `before` that no seal covers; whose oldest has waited longest stands first. */
  creatorsToSeal(before: Date, limit: number): Promise<readonly string[]>;
  /**
   * Seals what is older than `before`; undefined when that is nothing, or another run did it at the same moment.
   * @throws DatabaseError of pg when `before` lies in the future
   */
  seal(creatorId: string, before: Date): Promise<Seal | undefined>;
  /** Numbers of the newest `limit` seals that no longer match the events they sealed, or the seal before them. */
  brokenSeals(creatorId: string, limit: number): Promise<readonly number[]>;
}

/** The chain of seals over each creator's audit trail. Hashing happens where the events are: none leaves the database. */
export function openAuditSeals(pool: pg.Pool, database: TenantDatabase): AuditSeals {
  return {
    async creatorsToSeal(before, limit) {
      const { rows } = await pool.query('select creator_id from lookup.creators_to_seal($1, $2)', [before, limit]);
      return rows.map((row) => z.uuid().parse(row.creator_id));
    },

    async seal(creatorId, before) {
      const rows = await database.changeAtOnce(creatorId, (db) => db.query(SEAL, [creatorId, before]));
      return rows[0] && Seal.parse(rows[0]);
    },

    async brokenSeals(creatorId, limit) {
      const rows = await database.readAsTenant(creatorId, (db) => db.query(FIND_BROKEN, [creatorId, limit]));
      return rows.map((row) => z.coerce.number().parse(row.number));
    },
  };
}

/** Number, count and hashes are the database's own (migration 0016); of two runs at once one comes through. */
const SEAL = `
  insert into audit_seals (creator_id, sealed_until)
  select $1, $2
  where exists (
    select from audit_events e
    where e.creator_id = $1 and e.created_at < $2 and e.created_at >= coalesce(
      (select max(sealed_until) from audit_seals where creator_id = $1), '-infinity')
  )
  on conflict do nothing
  returning number, event_count, encode(hash, 'hex') as hash`;

const FIND_BROKEN = `
  with chain as (
    select number, sealed_until, event_count, previous_hash, hash,
      lag(sealed_until, 1, '-infinity') over by_number as sealed_from,
      lag(hash, 1, decode(repeat('00', 32), 'hex')) over by_number as expected_previous
    from audit_seals where creator_id = $1
    window by_number as (order by number)
    order by number desc limit $2
  )
  select c.number
  from chain c, app.audit_stretch($1, c.sealed_from, c.sealed_until, c.previous_hash) as found
  where c.previous_hash <> c.expected_previous or (c.event_count, c.hash) <> (found.events, found.hash)
  order by c.number`;
