import * as z from 'zod';
import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { makeEmbedCode } from '../use-cases/make-embed-code.ts';

const EmbedCode = z.object({ html: z.string(), script_url: z.url(), integrity: z.string() });

export const embedWidget = route({
  method: 'GET',
  path: '/v1/hub/widgets/{id}/embed',
  permission: 'widgets:read',
  summary: 'The tag that puts the widget on a page',
  input: { params: IdParams },
  output: { 200: EmbedCode },
  run: async ({ params, caller, use }) => {
    const row = orNotFound(await use.readInTenant(caller, ({ widgets }) => widgets.find(params.id)));
    return makeEmbedCode(row, await use.readWebManifest(), use.publicApiUrl);
  },
});
