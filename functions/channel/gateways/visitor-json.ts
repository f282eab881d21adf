import * as z from 'zod';

/** A visitor as Redis keeps it, behind a ticket or a socket. */
export const StoredVisitor = z.object({
  kind: z.literal('visitor'),
  creatorId: z.uuid(),
  widgetId: z.uuid(),
  conversationId: z.uuid(),
  visitorId: z.uuid(),
  origin: z.string(),
});

/** A visitor behind a socket, with the address that it was opened from. */
export const StoredConnection = StoredVisitor.extend({ sourceIp: z.string() });
