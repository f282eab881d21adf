import { actorOf } from '../../../shared/security/credentials.ts';
import { route } from '../auth-route.ts';
import { endAllSessions } from '../use-cases/end-sessions.ts';

export const endAllSessionsRoute = route({
  method: 'DELETE',
  path: '/v1/auth/sessions',
  permission: 'account:manage',
  summary: 'Sign out everywhere, here too',
  output: { 204: undefined },
  run: ({ caller, use }) =>
    endAllSessions(use, { creatorId: caller.creatorId, actor: actorOf(caller), reason: 'ended_by_creator' }),
});
