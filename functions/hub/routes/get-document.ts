import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { readDocument } from '../../../shared/lifecycles/document/read-document.ts';
import { Document, toDocument } from '../../../shared/models/document.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';

export const getDocument = route({
  method: 'GET',
  path: '/v1/hub/documents/{id}',
  permission: 'documents:read',
  summary: 'A document with its status and progress',
  input: { params: IdParams },
  output: { 200: Document },
  run: async ({ params, caller, use }) =>
    toDocument(
      orNotFound(await use.readInTenant(caller, ({ db, creatorId }) => readDocument(db, creatorId, params.id))),
    ),
});
