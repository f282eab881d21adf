import { randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { Channel } from '../../functions/channel/composition.ts';
import { openConnections } from '../../functions/channel/gateways/connections.ts';
import { openSessionTokens } from '../../functions/channel/gateways/session-tokens.ts';
import { openTickets } from '../../functions/channel/gateways/tickets.ts';
import { findCreatorOfWidget, readWidget, readWidgetRights } from '../../functions/channel/repositories/widgets.ts';
import { channelRest } from '../../functions/channel/rest.ts';
import { socketHandler } from '../../functions/channel/socket-handler.ts';
import type { ChannelAdapter } from '../../shared/channels/channel-adapter.ts';
import { openOutlet } from '../../shared/channels/outlet.ts';
import { openWebWidget } from '../../shared/channels/web-widget/web-widget.ts';
import { openRedis } from '../../shared/clients/redis.ts';
import { lockDailyAnswers, readDailyAnswers } from '../../shared/database/daily-answers.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { readLastSeq } from '../../shared/lifecycles/conversation/conversation-record.ts';
import { openConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import { openCancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import type { TurnMessage } from '../../shared/models/turn-message.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openRateLimiter } from '../../shared/security/rate-limiter.ts';
import type { TestDatabase } from './test-database.ts';
import { openTestRedis } from './test-redis.ts';

export const PAGE = 'https://site.example';
export const VISITOR_TOKEN_SECRET = randomBytes(32).toString('base64');
export const API_URL = 'http://127.0.0.1:8080';

export interface ReceivedFrame {
  readonly type: string;
  readonly seq?: number;
  readonly [field: string]: unknown;
}

interface RestAnswer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Body;
}

const context = { getRemainingTimeInMillis: () => 29_000 } as Context;

/**
 * The channel's REST and socket handlers on real Postgres and Redis. Sockets are the test's own: what is posted is
 * kept, and a test closes them at will. Turns are kept instead of queued.
 */
export function openTestChannel(
  database: TestDatabase,
  options: { limitFactor?: number; redisUrl?: string; adapters?: readonly ChannelAdapter<never>[] } = {},
) {
  const factor = options.limitFactor ?? 1;
  const pool = openPool(database.urlFor('channel'));
  const redis = options.redisUrl === undefined ? openTestRedis() : openRedis(options.redisUrl);
  const tenants = openTenantDatabase(pool);
  const received = new Map<string, ReceivedFrame[]>();
  const open = new Set<string>();
  const announced: Omit<TurnMessage, 'kind'>[] = [];
  const sockets = {
    post: async (connectionId: string, frame: string) => {
      if (!open.has(connectionId)) return 'gone' as const;
      const frames = received.get(connectionId) ?? [];
      received.set(connectionId, frames);
      frames.push(JSON.parse(frame) as ReceivedFrame);
      return 'sent' as const;
    },
    close: async (connectionId: string) => {
      open.delete(connectionId);
    },
    isOpen: async (connectionId: string) => open.has(connectionId),
  };
  const webWidget = openWebWidget(sockets);
  const outlet = openOutlet([webWidget, ...(options.adapters ?? [])]);
  const stream = openConversationStream({
    redis,
    post: outlet.post,
    readLastSeq: (creatorId, conversationId) =>
      tenants.readAsTenant(creatorId, (db) => readLastSeq(db, { creatorId, conversationId })),
  });
  const use = {
    database: tenants,
    findCreatorOfWidget: findCreatorOfWidget(pool),
    readWidget,
    readWidgetRights,
    readDailyAnswers,
    lockDailyAnswers,
    tokens: openSessionTokens({ secret: VISITOR_TOKEN_SECRET, issuer: API_URL }),
    tickets: openTickets(redis),
    connections: openConnections(redis, { perVisitor: 3 * factor, perAddress: 20 * factor }),
    stream,
    webWidget,
    outlet,
    turns: {
      announce: async (turn: Omit<TurnMessage, 'kind'>) => {
        announced.push(turn);
      },
    },
    cancelSignal: openCancelSignal(redis),
    limiter: openRateLimiter({ redis, factor }),
    readWebManifest: async () => ({
      loader: { path: '/widget/loader.js', integrity: 'sha384-x' },
      app: { path: '/widget/app.js', integrity: 'sha384-y' },
    }),
    socketUrl: 'ws://127.0.0.1:8080/socket',
    publicApiUrl: API_URL,
  };
  const rest = channelRest({
    env: { METRICS_TOKEN: '' } as Channel['env'],
    use,
    pool,
    redis,
    metrics: openFleetMetrics(redis),
  });
  const handleSocket = socketHandler(use);

  const call = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    request: { origin?: string; token?: string; body?: unknown; ip?: string; headers?: Record<string, string> } = {},
  ): Promise<RestAnswer<Body>> => {
    const [pathname = '', query] = path.split('?');
    const event = {
      httpMethod: method,
      path: pathname,
      headers: {
        ...(request.origin !== undefined && { Origin: request.origin }),
        ...(request.token !== undefined && { Authorization: `Bearer ${request.token}` }),
        ...(request.body !== undefined && { 'Content-Type': 'application/json' }),
        ...request.headers,
      },
      queryStringParameters: query ? Object.fromEntries(new URLSearchParams(query)) : null,
      multiValueQueryStringParameters: null,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      isBase64Encoded: false,
      requestContext: { identity: { sourceIp: request.ip ?? randomUUID() } },
    } as unknown as APIGatewayProxyEvent;
    const answer = await rest(event, context);
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: (answer.body ? JSON.parse(answer.body) : undefined) as Body,
    };
  };

  const socketEvent = (routeKey: string, connectionId: string, rest: Record<string, unknown> = {}) =>
    handleSocket(
      {
        requestContext: { routeKey, connectionId, requestId: 'request=', identity: { sourceIp: '203.0.113.1' } },
        ...rest,
      },
      context,
    );

  return {
    use,
    redis,
    pool,
    announced,
    call,
    /** How the handshake was answered, and the socket that it opened. */
    connect: async (handshake: { ticket?: string; origin?: string; ip?: string; headers?: Record<string, string> }) => {
      const connectionId = randomUUID();
      const { statusCode, headers, body } = await handleSocket(
        {
          requestContext: {
            routeKey: '$connect',
            connectionId,
            requestId: randomUUID(),
            identity: { sourceIp: handshake.ip ?? '203.0.113.1' },
          },
          headers: { ...(handshake.origin !== undefined && { Origin: handshake.origin }), ...handshake.headers },
          queryStringParameters: handshake.ticket === undefined ? null : { ticket: handshake.ticket },
        },
        context,
      );
      if (statusCode === 200) open.add(connectionId);
      return { status: statusCode, connectionId, headers: headers ?? {}, body };
    },
    /** Sends text as it is, and anything else as JSON. */
    send: (connectionId: string, frame: unknown, isBase64Encoded = false) =>
      socketEvent('$default', connectionId, {
        body: typeof frame === 'string' ? frame : JSON.stringify(frame),
        isBase64Encoded,
      }),
    framesOf: (connectionId: string): readonly ReceivedFrame[] => [...(received.get(connectionId) ?? [])],
    isOpen: (connectionId: string) => open.has(connectionId),
    /** The client vanishes; the gateway reports it, or does not. */
    drop: async (connectionId: string, reported = true) => {
      open.delete(connectionId);
      if (reported) await socketEvent('$disconnect', connectionId);
    },
    close: async () => {
      redis.disconnect();
      await pool.end();
    },
  };
}

export type TestChannel = ReturnType<typeof openTestChannel>;

export interface OpenedSession {
  readonly session_token: string;
  readonly visitor_id: string;
  readonly conversation_id: string;
  readonly socket: { readonly url: string; readonly ticket: string; readonly expires_in: number };
}

export async function startSession(channel: TestChannel, widgetId: string, ip: string = randomUUID()) {
  const { status, body } = await channel.call<OpenedSession>('POST', `/v1/channel/widgets/${widgetId}/sessions`, {
    origin: PAGE,
    body: {},
    ip,
  });
  if (status !== 201) throw new Error(`the session answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** A session with an open socket. */
export async function startChat(channel: TestChannel, widgetId: string) {
  const ip = randomUUID();
  const session = await startSession(channel, widgetId, ip);
  const { status, connectionId } = await channel.connect({ ticket: session.socket.ticket, origin: PAGE, ip });
  if (status !== 200) throw new Error(`the handshake answered ${status}`);
  return { session, connectionId, ip };
}
