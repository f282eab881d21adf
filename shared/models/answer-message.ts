import * as z from 'zod';

/** A curated answer was opened, changed or deleted. Delivered at least once: the row decides what is done. */
export const AnswerMessage = z.object({
  kind: z.literal('answer.settle'),
  creator_id: z.uuid(),
  answer_id: z.uuid(),
});
export type AnswerMessage = z.infer<typeof AnswerMessage>;
