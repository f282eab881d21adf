import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { PERMISSIONS } from '../../../shared/models/permission.ts';
import { Timestamp } from '../../../shared/models/wire.ts';
import { ACCESS_TOKEN_LIFETIME_SECONDS } from '../../../shared/security/access-token.ts';
import { hashSecret } from '../../../shared/security/api-key.ts';
import type { AuthUse } from '../auth-use.ts';
import type { AuthTables } from '../repositories/auth-tables.ts';
import type { CreatorRow } from '../repositories/creators.ts';

export const Creator = z.object({ id: z.uuid(), email: z.string(), display_name: z.string(), created_at: Timestamp });
export type Creator = z.input<typeof Creator>;

/** What signing in by any way answers. */
export const Tokens = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.literal(ACCESS_TOKEN_LIFETIME_SECONDS),
  refresh_token: z.string(),
  creator: Creator,
});
export type Tokens = z.input<typeof Tokens>;

const MAX_USER_AGENT_CHARACTERS = 200;

export interface OpenedSession {
  readonly id: string;
  readonly refreshToken: string;
}

/** Opens a session with the first token of its refresh family. */
export async function openSession(
  use: Pick<AuthUse, 'refreshSecrets'>,
  tables: AuthTables,
  userAgent: string | undefined,
): Promise<OpenedSession> {
  const session = { id: randomUUID(), refreshToken: use.refreshSecrets.first() };
  await Promise.all([
    tables.sessions.open(session.id, (userAgent ?? '').slice(0, MAX_USER_AGENT_CHARACTERS).toWellFormed()),
    tables.refreshTokens.add(session.id, hashSecret(session.refreshToken)),
  ]);
  return session;
}

/** A session has every permission; what it says is signed for 15 minutes. */
export async function toTokens(
  use: Pick<AuthUse, 'signAccessToken'>,
  creator: CreatorRow,
  session: OpenedSession,
): Promise<Tokens> {
  const { id, email, display_name, created_at } = creator;
  return {
    access_token: await use.signAccessToken({ creatorId: id, permissions: PERMISSIONS, sessionId: session.id }),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFETIME_SECONDS,
    refresh_token: session.refreshToken,
    creator: { id, email, display_name, created_at },
  };
}
