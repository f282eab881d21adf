import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { readMessages } from '../use-cases/read-messages.ts';
import { Message } from './conversation-shapes.ts';

export const listMessages = route({
  method: 'GET',
  path: '/v1/hub/conversations/{id}/messages',
  permission: 'conversations:read',
  summary: 'What was said in a conversation, newest first',
  input: { params: IdParams, query: ListQuery },
  output: { 200: listOf(Message) },
  run: async ({ params, query, caller, use }) => {
    const page = { limit: query.limit, cursor: decodeCursor(query.cursor) };
    const rows = await readMessages(use, caller, params.id, page);
    return toPage(rows, query.limit, ({ rating, comment, ...message }) => ({
      ...message,
      feedback: rating === null ? null : { rating, comment },
    }));
  },
});
