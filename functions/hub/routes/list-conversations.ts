import * as z from 'zod';
import { ValidationError } from '../../../shared/errors/validation-error.ts';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { Id } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { Conversation } from './conversation-shapes.ts';

const DAY_MS = 86_400_000;
/** Years that Postgres and JavaScript read alike. */
const Moment = z.iso
  .datetime({ offset: true })
  .regex(/^[12]/)
  .transform((text) => new Date(text));
const Day = z.iso.date().regex(/^[12]/);
const From = z.union([Moment, Day.transform((day) => new Date(day))]);
/** A day is included to its end, as it is by `/v1/hub/analytics`. */
const To = z.union([Moment, Day.transform((day) => new Date(Date.parse(day) + DAY_MS))]);

export const listConversations = route({
  method: 'GET',
  path: '/v1/hub/conversations',
  permission: 'conversations:read',
  summary: 'List conversations, newest first; `from` and `to` are days (UTC, both included) or moments (`to` is not)',
  input: { query: ListQuery.extend({ widget_id: Id.optional(), from: From.optional(), to: To.optional() }) },
  output: { 200: listOf(Conversation) },
  run: async ({ query, caller, use }) => {
    const { widget_id: widgetId, from, to, limit } = query;
    if (from && to && from >= to) throw new ValidationError([{ path: 'from', message: '"from" is before "to".' }]);
    const filter = { widgetId, from, to, limit, cursor: decodeCursor(query.cursor) };
    const rows = await use.readInTenant(caller, ({ conversations }) => conversations.list(filter));
    return toPage(rows, limit, (row) => row);
  },
});
