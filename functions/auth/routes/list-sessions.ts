import * as z from 'zod';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Timestamp } from '../../../shared/models/wire.ts';
import { route } from '../auth-route.ts';

const Session = z.object({
  id: z.uuid(),
  user_agent: z.string(),
  /** Whether it is the caller's own. */
  current: z.boolean(),
  created_at: Timestamp,
  last_used_at: Timestamp,
  expires_at: Timestamp,
});

export const listSessions = route({
  method: 'GET',
  path: '/v1/auth/sessions',
  permission: 'account:manage',
  summary: 'Where one is signed in',
  input: { query: ListQuery },
  output: { 200: listOf(Session) },
  run: async ({ query, caller, use }) => {
    const after = decodeCursor(query.cursor);
    const rows = await use.readInTenant(caller.creatorId, (tables) => tables.sessions.list(query.limit + 1, after));
    return toPage(rows, query.limit, ({ cursor_at: _, ...session }) => ({
      ...session,
      current: session.id === caller.id,
    }));
  },
});
