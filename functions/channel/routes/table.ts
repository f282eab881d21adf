import type { Route } from '../../../shared/lambda/route.ts';
import type { ChannelUse } from '../channel-use.ts';
import { eraseConversationRoute } from './erase-conversation.ts';
import { issueTicketRoute } from './issue-ticket.ts';
import { openSessionRoute } from './open-session.ts';
import { rateAnswerRoute } from './rate-answer.ts';
import { readConfigurationRoute } from './read-configuration.ts';
import { readMessagesRoute } from './read-messages.ts';

/** The channel's part of the public API, beside health, readiness and metrics. */
export const routes: readonly Route<ChannelUse>[] = [
  readConfigurationRoute,
  openSessionRoute,
  issueTicketRoute,
  readMessagesRoute,
  rateAnswerRoute,
  eraseConversationRoute,
];
