import { Accepted, IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { deleteDocument as run } from '../use-cases/delete-document.ts';

export const deleteDocument = route({
  method: 'DELETE',
  path: '/v1/hub/documents/{id}',
  permission: 'documents:write',
  summary: 'Delete a document: unfindable at once, collected everywhere soon after',
  input: { params: IdParams },
  output: { 202: Accepted },
  run: async ({ params, caller, use }) => {
    await run(use, caller, params.id);
    return { status: 'accepted' };
  },
});
