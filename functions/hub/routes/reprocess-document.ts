import { Accepted, IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { reprocessDocument as run } from '../use-cases/reprocess-document.ts';

export const reprocessDocument = route({
  method: 'POST',
  path: '/v1/hub/documents/{id}/reprocess',
  permission: 'documents:write',
  summary: 'Read the stored file of a document again',
  input: { params: IdParams },
  output: { 202: Accepted },
  refuses: ['CONFLICT'],
  run: async ({ params, caller, use }) => {
    await run(use, caller, params.id);
    return { status: 'accepted' };
  },
});
