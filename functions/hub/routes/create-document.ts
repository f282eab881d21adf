import * as z from 'zod';
import { Document } from '../../../shared/models/document.ts';
import { route } from '../hub-route.ts';
import { createDocument as run } from '../use-cases/create-document.ts';
import { AnnouncedFile, Upload } from '../use-cases/upload-rules.ts';

export const createDocument = route({
  method: 'POST',
  path: '/v1/hub/documents',
  permission: 'documents:write',
  summary: 'Create a document and get the form to upload its file with',
  idempotent: true,
  input: { body: AnnouncedFile },
  output: { 201: z.object({ document: Document, upload: Upload }) },
  refuses: ['QUOTA_EXCEEDED'],
  run: ({ body, caller, use }) => run(use, caller, body),
});
