import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { Conversation } from './conversation-shapes.ts';

export const getConversation = route({
  method: 'GET',
  path: '/v1/hub/conversations/{id}',
  permission: 'conversations:read',
  summary: 'A conversation, without its messages',
  input: { params: IdParams },
  output: { 200: Conversation },
  run: async ({ params, caller, use }) =>
    orNotFound(await use.readInTenant(caller, ({ conversations }) => conversations.find(params.id))),
});
