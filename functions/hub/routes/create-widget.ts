import { NewWidget, Widget } from '../../../shared/models/widget.ts';
import { route } from '../hub-route.ts';
import { createWidget as run } from '../use-cases/create-widget.ts';

export const createWidget = route({
  method: 'POST',
  path: '/v1/hub/widgets',
  permission: 'widgets:write',
  summary: 'Create a widget',
  idempotent: true,
  input: { body: NewWidget },
  output: { 201: Widget },
  refuses: ['WIDGET_CONFIG_INVALID', 'QUOTA_EXCEEDED'],
  run: ({ body, caller, use }) => run(use, caller, body),
});
