import { countDocuments, listDocuments as readPage } from '../../../shared/lifecycles/document/list-documents.ts';
import { Document, DocumentCounts, DocumentStatus, toDocument } from '../../../shared/models/document.ts';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { route } from '../hub-route.ts';

export const listDocuments = route({
  method: 'GET',
  path: '/v1/hub/documents',
  permission: 'documents:read',
  summary: 'List documents, newest first, with how many there are of each status',
  input: { query: ListQuery.extend({ status: DocumentStatus.optional() }) },
  output: { 200: listOf(Document).extend({ counts: DocumentCounts }) },
  run: async ({ query, caller, use }) => {
    const filter = { status: query.status, limit: query.limit, cursor: decodeCursor(query.cursor) };
    // Asked for together, so that both are one round trip.
    const [rows, counts] = await use.readInTenant(caller, ({ db, creatorId }) =>
      Promise.all([readPage(db, creatorId, filter), countDocuments(db, creatorId)]),
    );
    return { ...toPage(rows, query.limit, toDocument), counts };
  },
});
