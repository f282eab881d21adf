import { APIError } from '../../../shared/errors/api-error.ts';
import { actorOf } from '../../../shared/security/credentials.ts';
import { route } from '../auth-route.ts';
import { endSession } from '../use-cases/end-sessions.ts';

export const logout = route({
  method: 'POST',
  path: '/v1/auth/logout',
  permission: 'account:manage',
  summary: 'End the session of this access token',
  output: { 204: undefined },
  refuses: ['PERMISSION_DENIED'],
  run: async ({ caller, use }) => {
    if (caller.kind !== 'session') throw new APIError('PERMISSION_DENIED', 'An API key has no session to end.');
    await endSession(use, caller.id, { creatorId: caller.creatorId, actor: actorOf(caller), reason: 'logout' });
  },
});
