import * as z from 'zod';

/** A message of the turns queue. Delivered at least once: the lease decides who answers. */
export const TurnMessage = z.object({
  kind: z.literal('turn'),
  creator_id: z.uuid(),
  conversation_id: z.uuid(),
  turn_id: z.uuid(),
});
export type TurnMessage = z.infer<typeof TurnMessage>;
