import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import type { Outcome } from '../functions/hosted-function.ts';
import type { SocketModel } from '../template/stack-model.ts';
import { type ConnectionRegistry, createConnectionRegistry, type SocketLimits } from './connection-registry.ts';
import { gatewayCall, gatewayId, pathOf } from './gateway-event.ts';
import type { UpgradeListener } from './local-server.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { followSocket } from './socket-connection.ts';
import { connectEvent, disconnectEvent, messageEvent, type Peer, routeKeyOf } from './socket-event.ts';

/** API Gateway closes with 1009 at a frame above this. */
const MAX_FRAME_BYTES = 32 * 1024;
/** The fixed time limit of a WebSocket integration. */
const INTEGRATION_TIMEOUT_MS = 29_000;
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

  const call = (routeKey: string, event: unknown): Promise<Outcome> => {
    const functionId = api.routes.get(routeKey);
    if (!functionId) return Promise.resolve({ kind: 'result', value: { statusCode: 200 } });
    return functions.byId(functionId).invoke(event, INTEGRATION_TIMEOUT_MS);
  };
  const sayGoodbye = (peer: Peer, code: number, reason: string) =>
    call('$disconnect', disconnectEvent(api, peer, code, reason));

  const handleText = async (socket: WebSocket, peer: Peer, text: string): Promise<void> => {
    const routeKey = routeKeyOf(api, text);
    const outcome = await call(routeKey, messageEvent(api, peer, routeKey, text));
    if (outcome.kind === 'result' || socket.readyState !== socket.OPEN) return;
    const message = outcome.kind === 'timeout' ? 'Endpoint request timed out' : 'Internal server error';
    socket.send(JSON.stringify({ message, connectionId: peer.connectionId, requestId: gatewayId() }));
  };

  const open = (socket: WebSocket, peer: Peer): void => {
    const connection = followSocket(socket, peer, (text) => handleText(socket, peer, text));
    const finished = connection.finished.then(async (closed) => {
      await sayGoodbye(peer, closed.code, closed.reason);
      return closed;
    });
    connections.add({ ...connection, finished });
  };

  const connect = async (request: IncomingMessage, raw: Duplex, head: Buffer): Promise<void> => {
    const { sourceIp, userAgent } = gatewayCall(request);
    const peer: Peer = { connectionId: gatewayId(), connectedAtMs: Date.now(), sourceIp, userAgent };
    const outcome = await call('$connect', connectEvent(api, peer, request));
    const answer = ConnectAnswer.safeParse(outcome.kind === 'result' ? outcome.value : undefined);
    if (!answer.success) return refuseUpgrade(raw, outcome.kind === 'timeout' ? 504 : 502);
    const { statusCode, headers, body } = answer.data;
    if (statusCode < 200 || statusCode > 299) return refuseUpgrade(raw, statusCode, body ?? '');
    const named = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
    if (named) subprotocols.set(request, named[1]);
    let upgraded = false;
    server.handleUpgrade(request, raw, head, (socket) => {
      upgraded = true;
      open(socket, peer);
    });
    // The client left meanwhile or its handshake is no good: what $connect stored has to go.
    if (!upgraded) await sayGoodbye(peer, 1006, 'the handshake was not completed');
  };

  return {
    connections,
    onUpgrade: (request, raw, head) => {
      raw.on('error', () => raw.destroy());
      if (pathOf(request.url).replace(/\/$/, '') !== path) return refuseUpgrade(raw, 404);
      void connect(request, raw, head);
    },
    stop: async () => {
      clearInterval(sweeper);
      await connections.closeAll();
    },
  };
}
