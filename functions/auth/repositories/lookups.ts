import type pg from 'pg';
import * as z from 'zod';
import type { StoredPassword } from '../../../shared/security/passwords.ts';
import type { EmailPurpose } from './email-tokens.ts';

export interface FoundCreator {
  readonly creatorId: string;
  readonly password: StoredPassword;
}

export interface FoundRefreshToken {
  readonly creatorId: string;
  readonly id: string;
  readonly sessionId: string;
}

export interface FoundEmailToken {
  readonly creatorId: string;
  readonly id: string;
}

/** Questions asked before a creator is known; each is one narrow database function (see migration 0003). */
export interface Lookups {
  /** The verified creator of an address. */
  creatorByEmail(email: string): Promise<FoundCreator | undefined>;
  /** Only while it is good. */
  emailToken(tokenHash: Buffer, purpose: EmailPurpose): Promise<FoundEmailToken | undefined>;
  /** Good or not. */
  refreshToken(tokenHash: Buffer): Promise<FoundRefreshToken | undefined>;
  /** Registrations that waited two days for their verification; returns how many went. */
  removeStaleRegistrations(): Promise<number>;
}

const CreatorByEmail = z
  .object({ creator_id: z.uuid(), password_hash: z.string(), pepper_version: z.number().int() })
  .transform((row) => ({
    creatorId: row.creator_id,
    password: { hash: row.password_hash, pepperVersion: row.pepper_version },
  }));
const EmailToken = z
  .object({ creator_id: z.uuid(), id: z.uuid() })
  .transform((row) => ({ creatorId: row.creator_id, id: row.id }));
const Removed = z.object({ removed: z.coerce.number() });
const RefreshToken = z
  .object({ creator_id: z.uuid(), id: z.uuid(), session_id: z.uuid() })
  .transform((row) => ({ creatorId: row.creator_id, id: row.id, sessionId: row.session_id }));

export function openLookups(pool: pg.Pool): Lookups {
  const first = async <S extends z.ZodType>(schema: S, text: string, values: unknown[]) => {
    const { rows } = await pool.query(text, values);
    return rows[0] === undefined ? undefined : schema.parse(rows[0]);
  };
  return {
    creatorByEmail: (email) =>
      first(CreatorByEmail, 'select creator_id, password_hash, pepper_version from lookup.creator_by_email($1)', [
        email,
      ]),
    emailToken: (tokenHash, purpose) =>
      first(EmailToken, 'select creator_id, id from lookup.email_token($1, $2)', [tokenHash, purpose]),
    refreshToken: (tokenHash) =>
      first(RefreshToken, 'select creator_id, id, session_id from lookup.refresh_token($1)', [tokenHash]),
    removeStaleRegistrations: async () =>
      (await first(Removed, 'select lookup.remove_stale_registrations() as removed', []))?.removed ?? 0,
  };
}
