import * as z from 'zod';
import { WidgetTheme } from '../../../shared/models/widget.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../channel-route.ts';
import { readConfiguration } from '../use-cases/read-configuration.ts';

/** What a widget's page shows; never whom it admits nor how its assistant is instructed. */
const PublicWidget = z.object({
  id: z.uuid(),
  name: z.string(),
  greeting: z.string(),
  suggested_questions: z.array(z.string()),
  locale: z.string(),
  theme: WidgetTheme,
  /** The script to load; null while none is published. */
  app: z.object({ url: z.url(), integrity: z.string() }).nullable(),
});

export const readConfigurationRoute = route({
  method: 'GET',
  path: '/v1/channel/widgets/{id}',
  permission: 'public',
  summary: 'The public configuration of a widget, for the pages it allows',
  input: { params: IdParams },
  output: { 200: PublicWidget },
  refuses: ['ORIGIN_NOT_ALLOWED', 'PERMISSION_DENIED'],
  run: ({ params, headers, sourceIp, use }) =>
    readConfiguration(use, params.id, {
      origin: headers.origin,
      sameOrigin: headers['sec-fetch-site'] === 'same-origin',
      sourceIp,
    }),
});
