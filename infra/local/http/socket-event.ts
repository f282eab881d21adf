import type { IncomingMessage } from 'node:http';
import type { SocketModel } from '../template/stack-model.ts';
import { gatewayCall, gatewayId } from './gateway-event.ts';

/** What is remembered of a connection for its events; little, as there may be thousands. */
export interface Peer {
  readonly connectionId: string;
  readonly connectedAtMs: number;
  readonly sourceIp: string;
  readonly userAgent: string | null;
}

/** A frame as its event tells it. */
export interface ReceivedFrame {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export function connectEvent(api: SocketModel, peer: Peer, request: IncomingMessage): unknown {
  const call = gatewayCall(request);
  return {
    headers: call.headers,
    multiValueHeaders: call.multiValueHeaders,
    queryStringParameters: call.queryStringParameters ?? undefined,
    multiValueQueryStringParameters: call.multiValueQueryStringParameters ?? undefined,
    requestContext: contextOf(api, peer, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  };
}

export function messageEvent(api: SocketModel, peer: Peer, routeKey: string, frame: ReceivedFrame): unknown {
  return { requestContext: { ...contextOf(api, peer, routeKey, 'MESSAGE'), messageId: gatewayId() }, ...frame };
}

export function disconnectEvent(api: SocketModel, peer: Peer, statusCode: number, reason: string): unknown {
  const context = contextOf(api, peer, '$disconnect', 'DISCONNECT');
  return {
    headers: {},
    multiValueHeaders: {},
    requestContext: { ...context, disconnectStatusCode: statusCode, disconnectReason: reason },
    isBase64Encoded: false,
  };
}

function contextOf(api: SocketModel, peer: Peer, routeKey: string, eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT') {
  const now = new Date();
  return {
    routeKey,
    eventType,
    apiId: api.apiId,
    stage: api.stage,
    connectionId: peer.connectionId,
    connectedAt: peer.connectedAtMs,
    messageDirection: 'IN',
    domainName: '127.0.0.1',
    requestId: gatewayId(),
    extendedRequestId: gatewayId(),
    requestTime: now.toUTCString(),
    requestTimeEpoch: now.getTime(),
    identity: { sourceIp: peer.sourceIp, userAgent: peer.userAgent },
  };
}

/** The route of a frame: what the API's selection expression finds in it, when a route has that key. */
export function routeKeyOf(api: SocketModel, { body, isBase64Encoded }: ReceivedFrame): string {
  if (isBase64Encoded) return '$default';
  const path = /^\$request\.body\.(.+)$/.exec(api.selection)?.[1];
  if (!path || api.routes.size <= 3) return '$default'; // Only $connect, $disconnect and $default: nothing to select.
  try {
    let value: unknown = JSON.parse(body);
    for (const name of path.split('.')) value = (value as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' && !value.startsWith('$') && api.routes.has(value) ? value : '$default';
  } catch {
    return '$default';
  }
}
