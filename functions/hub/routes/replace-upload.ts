import * as z from 'zod';
import { Document } from '../../../shared/models/document.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { replaceUpload as run } from '../use-cases/replace-upload.ts';
import { AnnouncedFile, Upload } from '../use-cases/upload-rules.ts';

export const replaceUpload = route({
  method: 'POST',
  path: '/v1/hub/documents/{id}/upload',
  permission: 'documents:write',
  summary: 'Replace the file of a document; the old version answers until the new one is whole',
  input: { params: IdParams, body: AnnouncedFile },
  output: { 201: z.object({ document: Document, upload: Upload }) },
  idempotent: true,
  refuses: ['CONFLICT', 'QUOTA_EXCEEDED'],
  run: ({ params, body, caller, use }) => run(use, caller, params.id, body),
});
