import * as z from 'zod';

/** Asks ai-ingest to compare what a creator has in Postgres, vector index and library. Delivered at least once. */
export const KnowledgeMessage = z.object({
  kind: z.literal('knowledge.reconcile'),
  creator_id: z.uuid(),
});
export type KnowledgeMessage = z.infer<typeof KnowledgeMessage>;
