import * as z from 'zod';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../channel-route.ts';
import { openSession } from '../use-cases/open-session.ts';

export const SocketAddress = z.object({ url: z.string(), ticket: z.string(), expires_in: z.number() });

const Session = z.object({
  session_token: z.string(),
  expires_in: z.number(),
  visitor_id: z.uuid(),
  conversation_id: z.uuid(),
  socket: SocketAddress,
});

export const openSessionRoute = route({
  method: 'POST',
  path: '/v1/channel/widgets/{id}/sessions',
  permission: 'public',
  summary: 'Begin a conversation, or continue the one of an earlier session token',
  input: { params: IdParams, body: z.strictObject({ session_token: z.string().max(4_096).optional() }) },
  output: { 201: Session },
  refuses: ['ORIGIN_NOT_ALLOWED', 'PERMISSION_DENIED'],
  run: ({ params, body, headers, sourceIp, use }) =>
    openSession(use, {
      widgetId: params.id,
      origin: headers.origin,
      sourceIp,
      sessionToken: body.session_token,
    }),
});
