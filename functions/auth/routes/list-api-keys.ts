import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { route } from '../auth-route.ts';
import { ApiKey, toApiKey } from '../use-cases/create-api-key.ts';

export const listApiKeys = route({
  method: 'GET',
  path: '/v1/auth/api-keys',
  permission: 'account:manage',
  summary: 'The API keys that were not revoked',
  input: { query: ListQuery },
  output: { 200: listOf(ApiKey) },
  run: async ({ query, caller, use }) => {
    const after = decodeCursor(query.cursor);
    const rows = await use.readInTenant(caller.creatorId, (tables) => tables.apiKeys.list(query.limit + 1, after));
    return toPage(rows, query.limit, toApiKey);
  },
});
