import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../../shared/database/audit.ts';
import { openConversation, readConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { actorOf, type VisitorCredential } from '../../../shared/security/credentials.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import type { ChannelUse } from '../channel-use.ts';
import { findWidgetForPage, requireEnabled } from './admit-page.ts';
import { addressOf, type SocketAddress } from './issue-ticket.ts';

export interface SessionRequest {
  readonly widgetId: string;
  readonly origin: string | undefined;
  readonly sourceIp: string;
  /** An earlier session of this widget and page; anything else begins a new conversation. */
  readonly sessionToken?: string;
}

export interface OpenedSession {
  readonly session_token: string;
  readonly expires_in: number;
  readonly visitor_id: string;
  readonly conversation_id: string;
  readonly socket: SocketAddress;
}

const SESSIONS_PER_ADDRESS = { points: 60, perSeconds: 3_600 };

/**
 * Lets a visitor of an allowed page in: continues the conversation of an earlier token, or begins a new one.
 *
 * @throws NotFoundError, APIError ORIGIN_NOT_ALLOWED, PERMISSION_DENIED (switched off), RATE_LIMITED,
 *   DEPENDENCY_UNAVAILABLE
 */
export async function openSession(use: ChannelUse, request: SessionRequest): Promise<OpenedSession> {
  tellLimit(await use.limiter.consume('visitor-session', request.sourceIp, SESSIONS_PER_ADDRESS));
  const { creatorId, widget } = await findWidgetForPage(use, request.widgetId, { origin: request.origin });
  requireEnabled(widget);
  const page = { creatorId, widgetId: widget.id, origin: request.origin ?? '' };
  const visitor = (await findContinued(use, page, request.sessionToken)) ?? (await begin(use, page));
  const [token, socket] = await Promise.all([use.tokens.sign(visitor), addressOf(use, visitor)]);
  return {
    session_token: token,
    expires_in: use.tokens.lifetimeSeconds,
    visitor_id: visitor.visitorId,
    conversation_id: visitor.conversationId,
    socket,
  };
}

type Page = Pick<VisitorCredential, 'creatorId' | 'widgetId' | 'origin'>;

async function findContinued(use: ChannelUse, page: Page, token?: string): Promise<VisitorCredential | undefined> {
  if (token === undefined) return undefined;
  const earlier = await use.tokens.verifyForContinuation(token).catch(() => undefined);
  const same = earlier?.creatorId === page.creatorId && earlier.widgetId === page.widgetId;
  if (!earlier || !same || earlier.origin !== page.origin) return undefined;
  const conversation = await use.database.readAsTenant(page.creatorId, (db) => readConversation(db, earlier));
  return conversation && earlier;
}

async function begin(use: ChannelUse, page: Page): Promise<VisitorCredential> {
  const visitor = { kind: 'visitor' as const, ...page, conversationId: randomUUID(), visitorId: randomUUID() };
  await use.database.withTenant(page.creatorId, async (db) => {
    await Promise.all([
      openConversation(db, visitor),
      recordAudit(db, {
        creatorId: page.creatorId,
        actor: actorOf(visitor),
        action: 'conversation.opened',
        subjectId: visitor.conversationId,
        requestId: currentScope()?.requestId,
      }),
    ]);
  });
  return visitor;
}
