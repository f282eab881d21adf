import * as z from 'zod';
import { Document } from '../../../shared/models/document.ts';
import { route } from '../hub-route.ts';
import { PageUrl, createPage as run } from '../use-cases/create-page.ts';

export const createPage = route({
  method: 'POST',
  path: '/v1/hub/pages',
  permission: 'documents:write',
  summary: 'Have a public web page read; reprocess it to fetch it again',
  idempotent: true,
  input: { body: z.strictObject({ url: PageUrl }) },
  output: { 201: Document },
  refuses: ['QUOTA_EXCEEDED'],
  run: ({ body, caller, use }) => run(use, caller, body.url),
});
