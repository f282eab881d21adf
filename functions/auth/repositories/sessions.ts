import * as z from 'zod';
import { CURSOR_AT } from '../../../shared/database/cursor-at.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import type { Cursor } from '../../../shared/models/listing.ts';

const SessionRow = z.object({
  id: z.uuid(),
  user_agent: z.string(),
  created_at: z.date(),
  last_used_at: z.date(),
  expires_at: z.date(),
  cursor_at: z.string(),
});
type SessionRow = z.infer<typeof SessionRow>;

export type SessionEnd = 'logout' | 'ended_by_creator' | 'password_changed' | 'password_reset' | 'token_reused';
export type Sessions = ReturnType<typeof openSessions>;

const LIVE = `status = 'live' and expires_at > now()`;
const Ids = z.array(z.object({ id: z.uuid() })).transform((rows) => rows.map((row) => row.id));

/** A session ends by itself when it was not refreshed for `idleDays`. */
export function openSessions(db: Executor, creatorId: string, idleDays: number) {
  return {
    open: async (id: string, userAgent: string): Promise<void> => {
      await db.query(
        `insert into sessions (creator_id, id, user_agent, expires_at)
         values ($1, $2, $3, now() + make_interval(days => $4))`,
        [creatorId, id, userAgent, idleDays],
      );
    },

    /** Holds the session until the transaction ends, so that its refreshes happen one after the other. */
    lockLive: async (id: string): Promise<boolean> => {
      const rows = await db.query(`select id from sessions where creator_id = $1 and id = $2 and ${LIVE} for update`, [
        creatorId,
        id,
      ]);
      return rows.length === 1;
    },

    extend: async (id: string): Promise<void> => {
      await db.query(
        `update sessions set last_used_at = now(), expires_at = now() + make_interval(days => $3)
         where creator_id = $1 and id = $2`,
        [creatorId, id, idleDays],
      );
    },

    list: async (limit: number, after: Cursor | undefined): Promise<SessionRow[]> => {
      const rows = await db.query(
        `select id, user_agent, created_at, last_used_at, expires_at,
                ${CURSOR_AT}
         from sessions
         where creator_id = $1 and ${LIVE} and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc limit $4`,
        [creatorId, after?.createdAt ?? null, after?.id ?? null, limit],
      );
      return rows.map((row) => SessionRow.parse(row));
    },

    /** Drops what ended a month ago, with its refresh tokens: too old to matter to anybody. */
    forgetOld: async (): Promise<void> => {
      await db.query(
        `delete from sessions
         where creator_id = $1 and coalesce(ended_at, expires_at) < now() - interval '30 days'`,
        [creatorId],
      );
    },

    /** Ends one live session; false when there is none. */
    end: async (id: string, reason: SessionEnd): Promise<boolean> => {
      const rows = await db.query(
        `update sessions set status = 'ended', ended_at = now(), end_reason = $3
         where creator_id = $1 and id = $2 and ${LIVE} returning id`,
        [creatorId, id, reason],
      );
      return rows.length === 1;
    },

    /** Ends every live session but one, or all; returns which. */
    endAll: async (reason: SessionEnd, exceptId?: string): Promise<readonly string[]> => {
      const rows = await db.query(
        `update sessions set status = 'ended', ended_at = now(), end_reason = $2
         where creator_id = $1 and ${LIVE} and ($3::uuid is null or id <> $3) returning id`,
        [creatorId, reason, exceptId ?? null],
      );
      return Ids.parse(rows);
    },
  };
}
