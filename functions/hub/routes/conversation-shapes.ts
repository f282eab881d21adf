import * as z from 'zod';
import { Citation } from '../../../shared/models/citation.ts';
import { Timestamp } from '../../../shared/models/wire.ts';

export const Conversation = z.object({
  id: z.uuid(),
  /** Null once the widget is deleted. */
  widget_id: z.uuid().nullable(),
  visitor_id: z.uuid(),
  /** The page's origin. */
  origin: z.string(),
  message_count: z.number().int(),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const Message = z.object({
  id: z.uuid(),
  turn_id: z.uuid().nullable(),
  role: z.enum(['visitor', 'assistant', 'agent']),
  text: z.string(),
  refused: z.boolean(),
  citations: z.array(Citation),
  feedback: z.object({ rating: z.enum(['up', 'down']), comment: z.string().nullable() }).nullable(),
  created_at: Timestamp,
});
