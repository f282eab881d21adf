import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { deleteWidget as run } from '../use-cases/delete-widget.ts';

export const deleteWidget = route({
  method: 'DELETE',
  path: '/v1/hub/widgets/{id}',
  permission: 'widgets:write',
  summary: 'Delete a widget; its conversations stay',
  input: { params: IdParams },
  output: { 204: undefined },
  run: ({ params, caller, use }) => run(use, caller, params.id),
});
