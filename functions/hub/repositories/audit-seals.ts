import type pg from 'pg';
import * as z from 'zod';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';

const Count = z.object({ count: z.coerce.number() });

export interface AuditSeals {
  /** Creators with events older than `before` that no seal covers. */
  creatorsToSeal(before: Date, limit: number): Promise<readonly string[]>;
  /** Seals what is older than `before`; returns how many events that were. */
  seal(creatorId: string, before: Date): Promise<number>;
  /** Numbers of the newest `limit` seals that no longer match the events they sealed, or the seal before them. */
  brokenSeals(creatorId: string, limit: number): Promise<readonly number[]>;
}

/** What is hashed of one event; every column, so that none can be changed unseen. */
const EVENT_HASH = `sha256(convert_to(jsonb_build_array(
  e.id, e.actor, e.action, e.subject_id, e.fields, e.request_id, extract(epoch from e.created_at))::text, 'UTF8'))`;

/** The chain: the hash before it, then every event's in the order of time. */
const chainHash = (previous: string) =>
  `sha256(${previous} || coalesce(string_agg(${EVENT_HASH}, ''::bytea order by e.created_at, e.id), ''::bytea))`;

const NO_SEAL = `decode(repeat('00', 32), 'hex')`;

/** The chain of seals over each creator's audit trail. Hashing happens where the events are: none leaves the database. */
export function openAuditSeals(pool: pg.Pool, database: TenantDatabase): AuditSeals {
  return {
    async creatorsToSeal(before, limit) {
      const { rows } = await pool.query('select creator_id from lookup.creators_to_seal($1, $2)', [before, limit]);
      return rows.map((row) => z.uuid().parse(row.creator_id));
    },

    async seal(creatorId, before) {
      const rows = await database.readAsTenant(creatorId, (db) => db.query(SEAL, [creatorId, before]));
      return rows[0] ? Count.parse(rows[0]).count : 0;
    },

    async brokenSeals(creatorId, limit) {
      const rows = await database.readAsTenant(creatorId, (db) => db.query(FIND_BROKEN, [creatorId, limit]));
      return rows.map((row) => z.coerce.number().parse(row.number));
    },
  };
}

/** Two runs at once draw the same number: the primary key lets one of them through. */
const SEAL = `
  with last as (
    select number, sealed_until, hash from audit_seals where creator_id = $1 order by number desc limit 1
  ), stretch as (
    select e.* from audit_events e
    where e.creator_id = $1 and e.created_at < $2
      and e.created_at >= coalesce((select sealed_until from last), '-infinity')
  )
  insert into audit_seals (creator_id, number, sealed_until, event_count, previous_hash, hash)
  select $1, coalesce((select number from last), 0) + 1, $2, count(*),
    coalesce((select hash from last), ${NO_SEAL}),
    ${chainHash(`coalesce((select hash from last), ${NO_SEAL})`)}
  from stretch e
  having count(*) > 0
  on conflict do nothing
  returning event_count as count`;

const FIND_BROKEN = `
  with chain as (
    select number, sealed_until, event_count, previous_hash, hash,
      lag(sealed_until, 1, '-infinity') over by_number as sealed_from,
      lag(hash, 1, ${NO_SEAL}) over by_number as expected_previous
    from audit_seals where creator_id = $1
    window by_number as (order by number)
    order by number desc limit $2
  )
  select c.number from chain c
  where c.previous_hash <> c.expected_previous
    or (c.event_count, c.hash) <> (
      select count(*), ${chainHash('c.previous_hash')}
      from audit_events e
      where e.creator_id = $1 and e.created_at >= c.sealed_from and e.created_at < c.sealed_until
    )
  order by c.number`;
