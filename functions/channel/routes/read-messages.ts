import * as z from 'zod';
import { Citation } from '../../../shared/models/citation.ts';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Timestamp } from '../../../shared/models/wire.ts';
import { route } from '../channel-route.ts';
import { readMessages } from '../use-cases/read-messages.ts';

const Message = z.object({
  id: z.uuid(),
  turn_id: z.uuid().nullable(),
  role: z.enum(['visitor', 'assistant', 'agent']),
  text: z.string(),
  refused: z.boolean(),
  citations: z.array(Citation),
  feedback: z.enum(['up', 'down']).nullable(),
  created_at: Timestamp,
});

export const readMessagesRoute = route({
  method: 'GET',
  path: '/v1/channel/messages',
  permission: 'visitor',
  summary: 'What was said in the conversation, oldest first, and the number of its last frame',
  input: { query: ListQuery },
  output: { 200: listOf(Message).extend({ last_seq: z.number() }) },
  run: async ({ query, caller, use }) => {
    const { rows, lastSeq } = await readMessages(use, caller, {
      limit: query.limit,
      cursor: decodeCursor(query.cursor),
    });
    const page = toPage(rows, query.limit, ({ rating, cursor_at: _, ...message }) => ({
      ...message,
      feedback: rating,
    }));
    return { ...page, last_seq: lastSeq };
  },
});
