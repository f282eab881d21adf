import { IdParams } from '../../../shared/models/wire.ts';
import { actorOf } from '../../../shared/security/credentials.ts';
import { route } from '../auth-route.ts';
import { endSession } from '../use-cases/end-sessions.ts';

export const endSessionRoute = route({
  method: 'DELETE',
  path: '/v1/auth/sessions/{id}',
  permission: 'account:manage',
  summary: 'Sign out one session',
  input: { params: IdParams },
  output: { 204: undefined },
  run: ({ params, caller, use }) =>
    endSession(use, params.id, { creatorId: caller.creatorId, actor: actorOf(caller), reason: 'ended_by_creator' }),
});
