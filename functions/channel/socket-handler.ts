import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { ChannelCommand } from '../../shared/channels/channel-adapter.ts';
import type { APIError } from '../../shared/errors/api-error.ts';
import { AuthenticationError } from '../../shared/errors/authentication-error.ts';
import { asApiError, toErrorBody } from '../../shared/errors/error-envelope.ts';
import { lowerCaseNames } from '../../shared/lambda/header-names.ts';
import type { ClosingReason } from '../../shared/lifecycles/conversation/page-right.ts';
import { log } from '../../shared/observability/logger.ts';
import { countRequest, ring } from '../../shared/observability/metrics.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { currentScope, type RequestScope, runInScope } from '../../shared/observability/request-scope.ts';
import { networkOf } from '../../shared/security/client-network.ts';
import type { ChannelUse } from './channel-use.ts';
import { closeSocket } from './use-cases/close-socket.ts';
import { handleCommand } from './use-cases/handle-command.ts';
import { leaveSocket, openSocket } from './use-cases/open-socket.ts';

/** What API Gateway sends for each of the three routes; `$connect` brings the request of the handshake. */
export interface SocketEvent {
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    readonly requestId: string;
    readonly identity?: { readonly sourceIp?: string };
  };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export type SocketHandler = (event: SocketEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * The three routes of the WebSocket API. A refused handshake answers with its status; after that every bad frame is
 * answered by `error` on its own socket, which stays open.
 */
export function socketHandler(use: ChannelUse): SocketHandler {
  return async (event, context) => {
    const startedAt = performance.now();
    const { routeKey, requestId } = event.requestContext;
    const scope: RequestScope = {
      // Only the handshake has headers.
      requestId: requestIdFrom(lowerCaseNames(event.headers ?? null)['x-request-id'] ?? requestId),
      service: 'channel',
      route: `socket ${routeKey}`,
      deadlineAtMs: Date.now() + context.getRemainingTimeInMillis(),
    };
    return runInScope(scope, async () => {
      const status = await dispatch(use, event);
      const durationMs = Math.round(performance.now() - startedAt);
      countRequest({
        service: 'channel',
        route: scope.route ?? routeKey,
        status: status.statusCode ?? 200,
        durationMs,
      });
      log.info('socket event', { status: status.statusCode, duration_ms: durationMs });
      return status;
    });
  };
}

async function dispatch(use: ChannelUse, event: SocketEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, connectionId } = event.requestContext;
  if (routeKey === '$connect') return connect(use, event);
  if (routeKey === '$disconnect') {
    // What cannot be forgotten now is swept later.
    await leaveSocket(use, connectionId).catch((error: unknown) => log.error('a socket is left to the sweep', error));
    return { statusCode: 200 };
  }
  await receive(use, event);
  return { statusCode: 200 };
}

async function connect(use: ChannelUse, event: SocketEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { connectionId, identity } = event.requestContext;
  const { origin } = lowerCaseNames(event.headers ?? null);
  try {
    const sourceIp = networkOf(identity?.sourceIp ?? '');
    await openSocket(use, { connectionId, sourceIp, origin, ticket: event.queryStringParameters?.ticket });
    return { statusCode: 200 };
  } catch (thrown) {
    const error = asApiError(thrown);
    report(error);
    const requestId = currentScope()?.requestId ?? '';
    return {
      statusCode: error.status,
      headers: { 'Content-Type': 'application/json', 'X-Request-ID': requestId, ...error.headers },
      body: JSON.stringify({ error: toErrorBody(error, requestId) }),
    };
  }
}

/** More than all limits of a visitor together: only a flood gets so far, and costs no look-up then. */
const FRAMES_PER_SOCKET = { points: 240, perSeconds: 60 };
const BAD_FRAMES_PER_VISITOR = { points: 60, perSeconds: 60 };

async function receive(use: ChannelUse, event: SocketEvent): Promise<void> {
  const { connectionId } = event.requestContext;
  const { command, fault } = read(use, event);
  try {
    await use.limiter.consumeHere('socket-frame', connectionId, FRAMES_PER_SOCKET);
    const connection = await use.connections.find(connectionId);
    if (!connection) {
      // Redis lost it, or the sweep took it for gone: with a new ticket the visitor comes back and resumes.
      await answerError(use, connectionId, new AuthenticationError());
      return await use.outlet.close(connectionId);
    }
    const scope = currentScope();
    const { creatorId, visitorId } = connection.visitor;
    if (scope) scope.creatorId = creatorId;
    if (!command) {
      await use.limiter.consume('bad-frame-visitor', { creatorId, of: visitorId }, BAD_FRAMES_PER_VISITOR);
      throw fault;
    }
    if (scope) scope.route = `socket ${command.kind}`;
    await handleCommand(use, connection, command, async (frame) => {
      await use.outlet.post(connectionId, frame);
    });
  } catch (thrown) {
    const error = asApiError(thrown);
    report(error);
    await answerError(use, connectionId, error, command);
    const reason = closingReason(error, command);
    if (reason) await closeSocket(use, connectionId, reason);
  }
}

/** What the frame asks for, or what is wrong with it; nothing is looked up for it. */
function read(use: ChannelUse, event: SocketEvent): { readonly command?: ChannelCommand; readonly fault?: unknown } {
  try {
    return { command: use.webWidget.read({ text: event.body, isBinary: event.isBase64Encoded === true }) };
  } catch (fault) {
    return { fault };
  }
}

/** A socket stays open after what can be done better, and not after what took away its right to be there. */
function closingReason({ code }: APIError, command?: ChannelCommand): ClosingReason | undefined {
  if (code === 'ORIGIN_NOT_ALLOWED') return 'origin_not_allowed';
  if (code === 'PERMISSION_DENIED') return 'widget_switched_off';
  // An unknown turn cannot be cancelled; a conversation that is not found can never be spoken in again.
  return code === 'NOT_FOUND' && command?.kind !== 'cancel' ? 'conversation_gone' : undefined;
}

/** Which message was refused is told, so that the page can mark it. */
async function answerError(
  use: ChannelUse,
  connectionId: string,
  error: APIError,
  command?: ChannelCommand,
): Promise<void> {
  const body = toErrorBody(error, currentScope()?.requestId ?? '');
  const about = command?.kind === 'message' ? { client_message_id: command.clientMessageId } : {};
  const frame = { type: 'error' as const, error: { ...body, details: { ...body.details, ...about } } };
  await use.outlet.post(connectionId, frame);
}

function report(error: APIError): void {
  if (error.status < 500) {
    log.info('socket event refused', { code: error.code, reason: error.message });
    return;
  }
  log.error('socket event failed', error.cause ?? error, { code: error.code });
  ring('SocketFailure');
}
