import { route } from '../channel-route.ts';
import { issueTicket } from '../use-cases/issue-ticket.ts';
import { SocketAddress } from './open-session.ts';

export const issueTicketRoute = route({
  method: 'POST',
  path: '/v1/channel/tickets',
  permission: 'visitor',
  summary: 'A single-use ticket for one more socket of the conversation',
  output: { 201: SocketAddress },
  run: ({ caller, use }) => issueTicket(use, caller),
});
