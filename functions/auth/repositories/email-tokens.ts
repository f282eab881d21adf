import type { Executor } from '../../../shared/database/executor.ts';

export type EmailPurpose = 'verify' | 'reset';
export type EmailTokens = ReturnType<typeof openEmailTokens>;

const LIFETIME_HOURS = { verify: 24, reset: 1 } as const satisfies Record<EmailPurpose, number>;

export function openEmailTokens(db: Executor, creatorId: string) {
  return {
    add: async (purpose: EmailPurpose, tokenHash: Buffer): Promise<void> => {
      await db.query(
        `insert into email_tokens (creator_id, purpose, token_hash, expires_at)
         values ($1, $2, $3, now() + make_interval(hours => $4))`,
        [creatorId, purpose, tokenHash, LIFETIME_HOURS[purpose]],
      );
    },

    /** True for exactly one of those who bring the same token. */
    use: async (id: string): Promise<boolean> => {
      const rows = await db.query(
        `update email_tokens set status = 'used'
         where creator_id = $1 and id = $2 and status = 'unused' and expires_at > now() returning id`,
        [creatorId, id],
      );
      return rows.length === 1;
    },

    /** Earlier mails of this purpose open nothing any more. */
    useAll: async (purpose: EmailPurpose): Promise<void> => {
      await db.query(
        `update email_tokens set status = 'used' where creator_id = $1 and purpose = $2 and status = 'unused'`,
        [creatorId, purpose],
      );
    },
  };
}
