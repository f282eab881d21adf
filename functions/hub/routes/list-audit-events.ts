import * as z from 'zod';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Timestamp } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';

const AuditEvent = z.object({
  id: z.uuid(),
  actor: z.string(),
  action: z.string(),
  subject_id: z.string().nullable(),
  fields: z.array(z.string()),
  request_id: z.string().nullable(),
  created_at: Timestamp,
});

export const listAuditEvents = route({
  method: 'GET',
  path: '/v1/hub/audit-events',
  permission: 'analytics:read',
  summary: 'Who did what, newest first; names of changed fields, never values',
  input: { query: ListQuery },
  output: { 200: listOf(AuditEvent) },
  run: async ({ query, caller, use }) => {
    const cursor = decodeCursor(query.cursor);
    const rows = await use.readInTenant(caller, ({ auditTrail }) => auditTrail.list(query.limit, cursor));
    return toPage(rows, query.limit, (row) => row);
  },
});
