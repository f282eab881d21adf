import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';
import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import type { StoredPassword } from '../../../shared/security/passwords.ts';

export const CreatorRow = z.object({
  id: z.uuid(),
  email: z.string(),
  display_name: z.string(),
  created_at: z.date(),
});
export type CreatorRow = z.infer<typeof CreatorRow>;

const PasswordRow = z.object({ password_hash: z.string(), pepper_version: z.number().int() });

export interface NewCreator {
  readonly email: string;
  readonly displayName: string;
  readonly password: StoredPassword;
}

export type Creators = ReturnType<typeof openCreators>;

const COLUMNS = 'id, email, display_name, created_at';
/** Postgres' `unique_violation`. */
const UNIQUE_VIOLATION = '23505';
/** Sets these advisory locks apart from others. */
const ADDRESS_LOCK = 727_003;

export function openCreators(db: Executor, creatorId: string) {
  return {
    /** A registration that waits for its verification. */
    openPending: async ({ email, displayName, password }: NewCreator): Promise<void> => {
      await db.query(
        `insert into creators (id, email, display_name, password_hash, pepper_version)
         values ($1, $2, $3, $4, $5)`,
        [creatorId, email, displayName, password.hash, password.pepperVersion],
      );
    },

    /**
     * Makes a pending registration the one creator of its address and removes the others that waited for it, one
     * such step at a time for each address. `undefined` when it is no longer pending.
     *
     * @throws AuthenticationError when the address has a verified creator already
     */
    activate: async (): Promise<CreatorRow | undefined> => {
      const statements = Promise.all([
        db.query(
          `select pg_advisory_xact_lock(hashtextextended(email, ${ADDRESS_LOCK})) from creators where creator_id = $1`,
          [creatorId],
        ),
        db.query(
          `update creators set status = 'active', verified_at = now()
           where creator_id = $1 and status = 'pending' returning ${COLUMNS}`,
          [creatorId],
        ),
        db.query('select lookup.remove_other_registrations()'),
      ]);
      const [, [row]] = await statements.catch((error: { code?: string }) => {
        throw error.code === UNIQUE_VIOLATION ? new AuthenticationError() : error;
      });
      return row && CreatorRow.parse(row);
    },

    read: async (): Promise<CreatorRow | undefined> => {
      const [row] = await db.query(`select ${COLUMNS} from creators where creator_id = $1 and status = 'active'`, [
        creatorId,
      ]);
      return row && CreatorRow.parse(row);
    },

    /**
     * Only while the password is still the one that was proved, and it stays so until the transaction ends: who replaces it
     * waits, and then ends what was opened here.
     */
    readProved: async (proved: StoredPassword): Promise<CreatorRow | undefined> => {
      const [row] = await db.query(
        `select ${COLUMNS} from creators
         where creator_id = $1 and status = 'active' and password_hash = $2 for no key update`,
        [creatorId, proved.hash],
      );
      return row && CreatorRow.parse(row);
    },

    readPassword: async (): Promise<StoredPassword | undefined> => {
      const [row] = await db.query(
        `select password_hash, pepper_version from creators where creator_id = $1 and status = 'active'`,
        [creatorId],
      );
      if (!row) return undefined;
      const { password_hash: hash, pepper_version: pepperVersion } = PasswordRow.parse(row);
      return { hash, pepperVersion };
    },

    /** The same password, stored anew; not when it was changed in the meantime. */
    renewPassword: async (before: StoredPassword, after: StoredPassword): Promise<void> => {
      await db.query(
        `update creators set password_hash = $3, pepper_version = $4
         where creator_id = $1 and password_hash = $2 and status = 'active'`,
        [creatorId, before.hash, after.hash, after.pepperVersion],
      );
    },

    /** Another password, for who proved the one `before`; false when that one was replaced in the meantime. */
    replacePassword: async (before: StoredPassword, after: StoredPassword): Promise<boolean> => {
      const rows = await db.query(
        `update creators set password_hash = $3, pepper_version = $4
         where creator_id = $1 and password_hash = $2 and status = 'active' returning id`,
        [creatorId, before.hash, after.hash, after.pepperVersion],
      );
      return rows.length > 0;
    },

    setPassword: async (password: StoredPassword): Promise<void> => {
      await db.query(
        `update creators set password_hash = $2, pepper_version = $3 where creator_id = $1 and status = 'active'`,
        [creatorId, password.hash, password.pepperVersion],
      );
    },
  };
}
