import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

/** For so long the token just replaced still gets the same successor, so that parallel tabs stay signed in. */
const GRACE_SECONDS = 10;

const RefreshTokenRow = z.object({
  id: z.uuid(),
  status: z.enum(['unused', 'used']),
  expired: z.boolean(),
  in_grace: z.boolean(),
  successor_status: z.enum(['unused', 'used']).nullable(),
});
export type RefreshTokenRow = z.infer<typeof RefreshTokenRow>;

export type RefreshTokens = ReturnType<typeof openRefreshTokens>;

export function openRefreshTokens(db: Executor, creatorId: string, idleDays: number) {
  return {
    /** The first of a session, or the one successor of `predecessorId`; the table admits no second. */
    add: async (sessionId: string, tokenHash: Buffer, predecessorId?: string): Promise<void> => {
      await db.query(
        `insert into refresh_tokens (creator_id, session_id, token_hash, predecessor_id, expires_at)
         values ($1, $2, $3, $4, now() + make_interval(days => $5))`,
        [creatorId, sessionId, tokenHash, predecessorId ?? null, idleDays],
      );
    },

    /** Times are compared by the database's clock as it runs, not as the transaction began: it may have waited. */
    read: async (id: string): Promise<RefreshTokenRow | undefined> => {
      const [row] = await db.query(
        `select t.id, t.status, t.expires_at <= clock_timestamp() as expired,
                coalesce(t.used_at > clock_timestamp() - make_interval(secs => $3), false) as in_grace,
                s.status as successor_status
         from refresh_tokens t
         left join refresh_tokens s on s.creator_id = t.creator_id and s.predecessor_id = t.id
         where t.creator_id = $1 and t.id = $2`,
        [creatorId, id, GRACE_SECONDS],
      );
      return row && RefreshTokenRow.parse(row);
    },

    markUsed: async (id: string): Promise<void> => {
      await db.query(
        `update refresh_tokens set status = 'used', used_at = clock_timestamp()
         where creator_id = $1 and id = $2 and status = 'unused'`,
        [creatorId, id],
      );
    },
  };
}
