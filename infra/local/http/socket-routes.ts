import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { FunctionHost } from '../functions/function-host.ts';
import type { Outcome } from '../functions/hosted-function.ts';
import type { SocketModel } from '../template/stack-model.ts';
import { gatewayId } from './gateway-event.ts';
import {
  connectEvent,
  disconnectEvent,
  messageEvent,
  type Peer,
  type ReceivedFrame,
  routeKeyOf,
} from './socket-event.ts';

/** The fixed time limit of a WebSocket integration. */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** The functions behind a WebSocket API's routes; a route that has none answers 200. */
export interface SocketRoutes {
  connect(peer: Peer, request: IncomingMessage): Promise<Outcome>;
  /** Hands a frame to its route; the sender is told of a failure, as by API Gateway. */
  message(socket: WebSocket, peer: Peer, frame: ReceivedFrame): Promise<void>;
  disconnect(peer: Peer, code: number, reason: string): Promise<Outcome>;
}

export function openSocketRoutes(api: SocketModel, functions: Pick<FunctionHost, 'byId'>): SocketRoutes {
  const call = (routeKey: string, event: unknown): Promise<Outcome> => {
    const functionId = api.routes.get(routeKey);
    if (!functionId) return Promise.resolve({ kind: 'result', value: { statusCode: 200 } });
    return functions.byId(functionId).invoke(event, INTEGRATION_TIMEOUT_MS);
  };
  return {
    connect: (peer, request) => call('$connect', connectEvent(api, peer, request)),
    disconnect: (peer, code, reason) => call('$disconnect', disconnectEvent(api, peer, code, reason)),
    message: async (socket, peer, frame) => {
      const routeKey = routeKeyOf(api, frame);
      const outcome = await call(routeKey, messageEvent(api, peer, routeKey, frame));
      if (outcome.kind === 'result' || socket.readyState !== socket.OPEN) return;
      const message = outcome.kind === 'timeout' ? 'Endpoint request timed out' : 'Internal server error';
      socket.send(JSON.stringify({ message, connectionId: peer.connectionId, requestId: gatewayId() }));
    },
  };
}
