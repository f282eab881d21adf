import { Accepted } from '../../../shared/models/wire.ts';
import { route } from '../channel-route.ts';
import { forgetConversation } from '../use-cases/forget-conversation.ts';

export const eraseConversationRoute = route({
  method: 'DELETE',
  path: '/v1/channel/conversation',
  permission: 'visitor',
  summary: 'The visitor erases the conversation',
  output: { 202: Accepted },
  run: async ({ caller, use }) => {
    await forgetConversation(use, caller);
    return { status: 'accepted' };
  },
});
