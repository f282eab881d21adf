import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { deleteAnswer as run } from '../use-cases/delete-answer.ts';

export const deleteAnswer = route({
  method: 'DELETE',
  path: '/v1/hub/answers/{id}',
  permission: 'documents:write',
  summary: 'Delete a curated answer: unfindable at once',
  input: { params: IdParams },
  output: { 204: undefined },
  run: ({ params, caller, use }) => run(use, caller, params.id),
});
