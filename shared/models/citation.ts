import * as z from 'zod';

/** Where a claim of an answer stands: one passage of one document of the creator. */
export const Citation = z.object({
  /** The number that stands in brackets in the answer's text. */
  n: z.int().min(1),
  document_id: z.uuid(),
  chunk_id: z.uuid(),
  title: z.string(),
  /** Only for a page, and then http or https. */
  url: z.url({ protocol: /^https?$/ }).nullable(),
  page: z.int().min(1).nullable(),
  /** The heading that the passage stands under; null where there is none, absent in what was stored before it was told. */
  heading: z.string().nullable().optional(),
  /** Words of the passage itself, never of the model. */
  snippet: z.string(),
});
export type Citation = z.infer<typeof Citation>;
