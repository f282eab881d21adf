import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { Widget } from '../../../shared/models/widget.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';

export const getWidget = route({
  method: 'GET',
  path: '/v1/hub/widgets/{id}',
  permission: 'widgets:read',
  summary: 'A widget with its whole configuration',
  input: { params: IdParams },
  output: { 200: Widget },
  run: async ({ params, caller, use }) =>
    orNotFound(await use.readInTenant(caller, ({ widgets }) => widgets.find(params.id))),
});
