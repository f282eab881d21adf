import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import type { SocketModel } from '../template/stack-model.ts';
import { answerBare, answerBareError, refuseUnknownPath } from './bare-answers.ts';
import { type ConnectionRegistry, createConnectionRegistry, type SocketLimits } from './connection-registry.ts';
import { gatewayCall, gatewayId, pathOf } from './gateway-event.ts';
import type { UpgradeListener } from './local-server.ts';
import { followSocket } from './socket-connection.ts';
import type { Peer } from './socket-event.ts';
import { openSocketRoutes } from './socket-routes.ts';

/** API Gateway closes with 1009 at a frame above this. */
const MAX_FRAME_BYTES = 32 * 1024;
const SWEEP_EVERY_MS = 5_000;

export interface SocketGateway {
  readonly onUpgrade: UpgradeListener;
  readonly connections: ConnectionRegistry;
  /** Closes every socket and waits until their $disconnect events are handled. */
  stop(): Promise<void>;
}

const ConnectAnswer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.coerce.string()).nullish(),
  body: z.string().nullish(),
});

/** API Gateway's WebSocket API at `path`: $connect decides about the handshake, frames go to their route. */
export function socketGateway(
  api: SocketModel,
  functions: Pick<FunctionHost, 'byId'>,
  path: string,
  limits?: SocketLimits,
): SocketGateway {
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
    // Only what $connect named is agreed on.
    handleProtocols: (_offered, request) => subprotocols.get(request) ?? false,
  });
  const connections = createConnectionRegistry(limits);
  const sweeper = setInterval(() => connections.sweep(Date.now()), SWEEP_EVERY_MS).unref();

  const routes = openSocketRoutes(api, functions);

  const open = (socket: WebSocket, peer: Peer): void => {
    const connection = followSocket(socket, peer, (frame) => routes.message(socket, peer, frame));
    const finished = connection.finished.then(async (closed) => {
      await routes.disconnect(peer, closed.code, closed.reason);
      return closed;
    });
    connections.add({ ...connection, finished });
  };

  const connect = async (request: IncomingMessage, raw: Duplex, head: Buffer): Promise<void> => {
    const { sourceIp, userAgent } = gatewayCall(request);
    const peer: Peer = { connectionId: gatewayId(), connectedAtMs: Date.now(), sourceIp, userAgent };
    const outcome = await routes.connect(peer, request);
    const answer = ConnectAnswer.safeParse(outcome.kind === 'result' ? outcome.value : undefined);
    if (!answer.success && outcome.kind === 'timeout') {
      return answerBareError(raw, 504, 'UPSTREAM_TIMEOUT', 'The function did not answer in time.');
    }
    if (!answer.success) return answerBareError(raw, 502, 'UPSTREAM_FAILED', 'The function did not answer.');
    const { statusCode, headers, body } = answer.data;
    if (statusCode < 200 || statusCode > 299) {
      return answerBare(raw, { status: statusCode, headers: headers ?? {}, body: body ?? '' });
    }
    const named = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
    if (named) subprotocols.set(request, named[1]);
    let upgraded = false;
    server.handleUpgrade(request, raw, head, (socket) => {
      upgraded = true;
      open(socket, peer);
    });
    // The client left meanwhile or its handshake is no good: what $connect stored has to go.
    if (!upgraded) await routes.disconnect(peer, 1006, 'the handshake was not completed');
  };

  return {
    connections,
    onUpgrade: (request, raw, head) => {
      raw.on('error', () => raw.destroy());
      if (pathOf(request.url).replace(/\/$/, '') !== path) return refuseUnknownPath(raw);
      void connect(request, raw, head);
    },
    stop: async () => {
      clearInterval(sweeper);
      await connections.closeAll();
    },
  };
}
