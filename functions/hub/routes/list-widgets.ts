import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Widget } from '../../../shared/models/widget.ts';
import { route } from '../hub-route.ts';

export const listWidgets = route({
  method: 'GET',
  path: '/v1/hub/widgets',
  permission: 'widgets:read',
  summary: 'List widgets, newest first',
  input: { query: ListQuery },
  output: { 200: listOf(Widget) },
  run: async ({ query, caller, use }) => {
    const cursor = decodeCursor(query.cursor);
    const rows = await use.readInTenant(caller, ({ widgets }) => widgets.list(query.limit, cursor));
    return toPage(rows, query.limit, (row) => row);
  },
});
