import { listDocuments as readPage } from '../../../shared/lifecycles/document/list-documents.ts';
import { Document, DocumentStatus, toDocument } from '../../../shared/models/document.ts';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { route } from '../hub-route.ts';

export const listDocuments = route({
  method: 'GET',
  path: '/v1/hub/documents',
  permission: 'documents:read',
  summary: 'List documents, newest first',
  input: { query: ListQuery.extend({ status: DocumentStatus.optional() }) },
  output: { 200: listOf(Document) },
  run: async ({ query, caller, use }) => {
    const filter = { status: query.status, limit: query.limit, cursor: decodeCursor(query.cursor) };
    const rows = await use.readInTenant(caller, ({ db, creatorId }) => readPage(db, creatorId, filter));
    return toPage(rows, query.limit, toDocument);
  },
});
