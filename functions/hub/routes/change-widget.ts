import { Widget, WidgetChange } from '../../../shared/models/widget.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { changeWidget as run } from '../use-cases/change-widget.ts';

export const changeWidget = route({
  method: 'PATCH',
  path: '/v1/hub/widgets/{id}',
  permission: 'widgets:write',
  summary: 'Change a widget; what is left out stays',
  input: { params: IdParams, body: WidgetChange },
  output: { 200: Widget },
  refuses: ['WIDGET_CONFIG_INVALID'],
  run: ({ params, body, caller, use }) => run(use, caller, params.id, body),
});
