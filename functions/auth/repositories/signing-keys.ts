import type pg from 'pg';
import * as z from 'zod';
import type { ColumnCipher } from '../../../shared/security/column-encryption.ts';

export const SigningKeyRow = z.object({
  kid: z.string(),
  state: z.enum(['next', 'current', 'previous', 'retired']),
  /** How long it has been in this state, by the database's clock. */
  state_age_seconds: z.coerce.number(),
});
export type SigningKeyRow = z.infer<typeof SigningKeyRow>;

const PublicRow = z.object({ kid: z.string(), public_jwk: z.record(z.string(), z.string()) });
const PrivateRow = z.object({ kid: z.string(), sealed_private_key: z.string() });

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, string>>;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** The key ring inside one transaction that holds its lock. */
export interface SigningKeyRing {
  list(): Promise<SigningKeyRow[]>;
  add(key: NewSigningKey, state: 'next' | 'current'): Promise<void>;
  /** Retiring a key also destroys its private half. */
  move(kid: string, state: 'current' | 'previous' | 'retired'): Promise<void>;
}

export interface SigningKeys {
  readCurrent(): Promise<{ readonly kid: string; readonly privateKey: string } | undefined>;
  /** Public halves of all keys that are not retired, newest first. */
  listPublic(): Promise<readonly { readonly kid: string; readonly jwk: Readonly<Record<string, string>> }[]>;
  /** One at a time in the whole fleet. */
  locked<T>(work: (ring: SigningKeyRing) => Promise<T>): Promise<T>;
}

const RING_LOCK = 727_002;
const place = (kid: string) => ({ table: 'signing_keys', column: 'sealed_private_key', rowId: kid });

/** Signing keys belong to no tenant, so they alone are reached without `withTenant`. */
export function openSigningKeys(pool: pg.Pool, cipher: ColumnCipher): SigningKeys {
  return {
    readCurrent: async () => {
      const { rows } = await pool.query(`select kid, sealed_private_key from signing_keys where state = 'current'`);
      if (!rows[0]) return undefined;
      const { kid, sealed_private_key: sealed } = PrivateRow.parse(rows[0]);
      return { kid, privateKey: cipher.open(sealed, place(kid)) };
    },

    listPublic: async () => {
      const { rows } = await pool.query(
        `select kid, public_jwk from signing_keys where state <> 'retired' order by created_at desc`,
      );
      return rows.map((row) => {
        const { kid, public_jwk: jwk } = PublicRow.parse(row);
        return { kid, jwk };
      });
    },

    locked: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query('select pg_advisory_xact_lock($1)', [RING_LOCK]);
        const result = await work(openRing(client, cipher));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      } finally {
        client.release(client.getTransactionStatus() !== 'I');
      }
    },
  };
}

function openRing(client: pg.PoolClient, cipher: ColumnCipher): SigningKeyRing {
  return {
    list: async () => {
      const { rows } = await client.query(
        `select kid, state, extract(epoch from clock_timestamp() - state_since) as state_age_seconds
         from signing_keys order by created_at desc`,
      );
      return rows.map((row) => SigningKeyRow.parse(row));
    },
    add: async (key, state) => {
      await client.query(
        'insert into signing_keys (kid, state, public_jwk, sealed_private_key) values ($1, $2, $3, $4)',
        [key.kid, state, key.publicJwk, cipher.seal(key.privateKey, place(key.kid))],
      );
    },
    move: async (kid, state) => {
      await client.query(
        `update signing_keys set state = $2, state_since = clock_timestamp(),
                sealed_private_key = case when $2 = 'retired' then null else sealed_private_key end
         where kid = $1`,
        [kid, state],
      );
    },
  };
}
