import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { actorOf } from '../../../shared/security/credentials.ts';
import { route } from '../auth-route.ts';

export const revokeApiKey = route({
  method: 'DELETE',
  path: '/v1/auth/api-keys/{id}',
  permission: 'account:manage',
  summary: 'Revoke an API key; it is refused from now on',
  input: { params: IdParams },
  output: { 204: undefined },
  run: ({ params, caller, use }) =>
    use.inTenant(caller.creatorId, async (tables) => {
      if (!(await tables.apiKeys.revoke(params.id))) throw new NotFoundError();
      await tables.audit({ actor: actorOf(caller), action: 'api_key.revoked', subjectId: params.id });
    }),
});
