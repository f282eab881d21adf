import * as z from 'zod';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Id } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { Conversation } from './conversation-shapes.ts';

const Moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text));

export const listConversations = route({
  method: 'GET',
  path: '/v1/hub/conversations',
  permission: 'conversations:read',
  summary: 'List conversations, newest first; `from` is inclusive, `to` is not',
  input: { query: ListQuery.extend({ widget_id: Id.optional(), from: Moment.optional(), to: Moment.optional() }) },
  output: { 200: listOf(Conversation) },
  run: async ({ query, caller, use }) => {
    const { widget_id: widgetId, from, to, limit } = query;
    const filter = { widgetId, from, to, limit, cursor: decodeCursor(query.cursor) };
    const rows = await use.readInTenant(caller, ({ conversations }) => conversations.list(filter));
    return toPage(rows, limit, (row) => row);
  },
});
