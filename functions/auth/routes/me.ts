import * as z from 'zod';
import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { Permission } from '../../../shared/models/permission.ts';
import { route } from '../auth-route.ts';
import { Creator } from '../use-cases/tokens.ts';

const Me = z.object({
  creator: Creator,
  permissions: z.array(Permission),
  /** Null for an API key. */
  session_id: z.uuid().nullable(),
});

export const me = route({
  method: 'GET',
  path: '/v1/auth/me',
  permission: 'account:manage',
  summary: 'Who this credential speaks for, and what it may do',
  output: { 200: Me },
  run: async ({ caller, use }) => {
    const creator = await use.readInTenant(caller.creatorId, (tables) => tables.creators.read());
    if (!creator) throw new AuthenticationError();
    const sessionId = caller.kind === 'session' ? caller.id : null;
    return { creator, permissions: caller.permissions, session_id: sessionId };
  },
});
