import * as z from 'zod';

/** What hub, ai and the sweeper put into the ingest queue. Delivered at least once: the row decides what is done. */
export const DocumentMessage = z.object({
  kind: z.enum(['document.process', 'document.collect']),
  creator_id: z.uuid(),
  document_id: z.uuid(),
});
export type DocumentMessage = z.infer<typeof DocumentMessage>;
