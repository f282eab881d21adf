import { setTimeout as delay } from 'node:timers/promises';
import { APIError } from '../../../shared/errors/api-error.ts';
import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { Connection, TakenPlace } from '../gateways/connections.ts';
import { originNotAllowed } from './admit-page.ts';
import { requireOpenConversation } from './issue-ticket.ts';

export interface Handshake {
  readonly connectionId: string;
  readonly sourceIp: string;
  readonly origin: string | undefined;
  readonly ticket: string | undefined;
}

/**
 * Lets a socket in. The ticket is used up by the attempt, whatever comes of it.
 *
 * @throws AuthenticationError without a good ticket, or when its conversation is gone; APIError ORIGIN_NOT_ALLOWED, PERMISSION_DENIED, RATE_LIMITED
 *   (too many sockets), DEPENDENCY_UNAVAILABLE (Redis is away: closed rather than open)
 */
export async function openSocket(use: ChannelUse, handshake: Handshake): Promise<void> {
  if (handshake.origin === undefined) throw originNotAllowed();
  const visitor = handshake.ticket === undefined ? undefined : await use.tickets.redeem(handshake.ticket);
  if (!visitor) {
    log.security('ticket_refused');
    throw new AuthenticationError();
  }
  if (visitor.origin !== handshake.origin) {
    log.security('ticket_on_another_page', { widget_id: visitor.widgetId });
    throw originNotAllowed();
  }
  await requireOpenConversation(use, visitor).catch(asBadTicket);
  await enter(use, { connectionId: handshake.connectionId, sourceIp: handshake.sourceIp, visitor });
}

/** What the ticket would open is gone: it is a ticket for nothing. */
function asBadTicket(error: unknown): never {
  throw error instanceof NotFoundError ? new AuthenticationError() : error;
}

async function enter(use: ChannelUse, connection: Connection): Promise<void> {
  const full = await use.connections.enter(connection);
  if (!full) return;
  // A dropped socket is often reported late: places are given back before anybody is turned away.
  const gone = await dropGone(use, full.taken);
  const still = gone > 0 ? await use.connections.enter(connection) : full;
  if (!still) return;
  log.security('too_many_sockets', { of: still.of });
  throw new APIError('RATE_LIMITED', 'Too many chats are open at once.', { headers: { 'Retry-After': '60' } });
}

/** The gateway knows a connection only when its handshake is answered: one that has just come may be on its way. */
const HANDSHAKE_MS = 2_000;
const ASK_AGAIN_MS = 50;

async function dropGone(use: ChannelUse, taken: readonly TakenPlace[]): Promise<number> {
  const outcomes = await Promise.all(
    taken.map(async (place) => {
      if (!(await isGone(use, place))) return false;
      await leaveSocket(use, place.connectionId);
      return true;
    }),
  );
  return outcomes.filter(Boolean).length;
}

async function isGone({ outlet }: ChannelUse, { connectionId, atMs }: TakenPlace): Promise<boolean> {
  while (!(await outlet.isOpen(connectionId))) {
    if (Date.now() >= atMs + HANDSHAKE_MS) return true;
    await delay(ASK_AGAIN_MS);
  }
  return false;
}

/** Forgets a socket that is closed; harmless for one that is forgotten already. */
export async function leaveSocket(
  use: Pick<ChannelUse, 'connections' | 'stream'>,
  connectionId: string,
): Promise<void> {
  const connection = await use.connections.remove(connectionId);
  if (!connection) return;
  const { creatorId, conversationId } = connection.visitor;
  await use.stream.leave(creatorId, conversationId, connectionId);
}
