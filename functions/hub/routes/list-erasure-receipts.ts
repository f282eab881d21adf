import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { route } from '../hub-route.ts';
import { ErasureReceipt } from './erasure-receipt-shape.ts';

export const listErasureReceipts = route({
  method: 'GET',
  path: '/v1/hub/erasure-receipts',
  permission: 'analytics:read',
  summary: 'Receipts of finished deletions, newest first',
  input: { query: ListQuery },
  output: { 200: listOf(ErasureReceipt) },
  run: async ({ query, caller, use }) => {
    const cursor = decodeCursor(query.cursor);
    const rows = await use.readInTenant(caller, ({ erasureReceipts }) => erasureReceipts.list(query.limit, cursor));
    return toPage(rows, query.limit, (row) => row);
  },
});
