import * as z from 'zod';
import { CURSOR_AT } from '../../../shared/database/cursor-at.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { waitForOthers } from '../../../shared/database/wait-for-others.ts';
import type { Cursor } from '../../../shared/models/listing.ts';
import { Permission } from '../../../shared/models/permission.ts';

export const ApiKeyRow = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  permissions: z.array(Permission),
  expires_at: z.date().nullable(),
  last_used_at: z.date().nullable(),
  created_at: z.date(),
  cursor_at: z.string(),
});
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export interface NewApiKeyRow {
  readonly name: string;
  readonly prefix: string;
  readonly keyHash: Buffer;
  readonly permissions: readonly Permission[];
  readonly expiresAt: string | undefined;
}

export type ApiKeys = ReturnType<typeof openApiKeys>;

const COLUMNS = `id, name, prefix, permissions, expires_at, last_used_at, created_at,
  ${CURSOR_AT}`;

export function openApiKeys(db: Executor, creatorId: string) {
  return {
    add: async (key: NewApiKeyRow): Promise<ApiKeyRow> => {
      const [row] = await db.query(
        `insert into api_keys (creator_id, name, prefix, key_hash, permissions, expires_at)
         values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
        [creatorId, key.name, key.prefix, key.keyHash, key.permissions, key.expiresAt ?? null],
      );
      return ApiKeyRow.parse(row);
    },

    /** Keys that were not revoked; expired ones are shown with their date. */
    list: async (limit: number, after: Cursor | undefined): Promise<ApiKeyRow[]> => {
      const rows = await db.query(
        `select ${COLUMNS} from api_keys
         where creator_id = $1 and status = 'live' and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc limit $4`,
        [creatorId, after?.createdAt ?? null, after?.id ?? null, limit],
      );
      return rows.map((row) => ApiKeyRow.parse(row));
    },

    /** How many `list` would show. Until the transaction ends nobody else of the creator's counts. */
    count: async (): Promise<number> => {
      const [, [row]] = await Promise.all([
        waitForOthers(db, creatorId, 'API keys'),
        db.query(`select count(*) as keys from api_keys where creator_id = $1 and status = 'live'`, [creatorId]),
      ]);
      return z.object({ keys: z.coerce.number() }).parse(row).keys;
    },

    /** When a key of the creator's ends; undefined when it never does. */
    readExpiry: async (id: string): Promise<Date | undefined> => {
      const [row] = await db.query('select expires_at from api_keys where creator_id = $1 and id = $2', [
        creatorId,
        id,
      ]);
      return z.object({ expires_at: z.date().nullable() }).parse(row).expires_at ?? undefined;
    },

    /** False when there is no such key, or it was revoked before. */
    revoke: async (id: string): Promise<boolean> => {
      const rows = await db.query(
        `update api_keys set status = 'revoked' where creator_id = $1 and id = $2 and status = 'live' returning id`,
        [creatorId, id],
      );
      return rows.length === 1;
    },
  };
}
