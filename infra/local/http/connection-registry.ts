import type { ConnectionsHandler } from '../parts/connections-api.ts';
import type { SocketConnection } from './socket-connection.ts';

export interface SocketLimits {
  readonly idleMs: number;
  readonly maxAgeMs: number;
}

/** API Gateway's quotas for WebSocket connections. */
const GATEWAY_LIMITS: SocketLimits = { idleMs: 10 * 60_000, maxAgeMs: 2 * 3_600_000 };

/** A client that does not answer a closing frame is cut off after this long. */
const FAREWELL_MS = 1_000;
/** And no longer than this for what its frames and its $disconnect event started. */
const FINISH_MS = 3_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref());

export interface ConnectionRegistry {
  add(connection: SocketConnection): void;
  /** Answers the @connections API: POST, GET and DELETE; 410 for whoever has gone. */
  readonly handler: ConnectionsHandler;
  /** Ends what has been idle or open for too long. */
  sweep(nowMs: number): void;
  /** Tells every client that this end is closing, closes with 1001 and waits until all are through. */
  closeAll(): Promise<void>;
}

/** The open sockets by connection id. */
export function createConnectionRegistry(limits: SocketLimits = GATEWAY_LIMITS): ConnectionRegistry {
  const open = new Map<string, SocketConnection>();

  const handler: ConnectionsHandler = (method, connectionId, body) => {
    const connection = open.get(connectionId);
    if (!connection) return { status: 410 };
    if (method === 'GET') return { status: 200, body: JSON.stringify(describe(connection)) };
    if (method === 'POST') return { status: connection.post(body) ? 200 : 410 };
    connection.close(1000, 'closed by the service');
    return { status: 204 };
  };

  return {
    handler,
    add: (connection) => {
      const { connectionId } = connection.peer;
      open.set(connectionId, connection);
      void connection.finished.then(() => open.delete(connectionId));
    },
    sweep: (nowMs) => {
      for (const connection of open.values()) {
        const idle = nowMs - connection.lastActiveAtMs() >= limits.idleMs;
        const old = nowMs - connection.peer.connectedAtMs >= limits.maxAgeMs;
        if (idle || old) connection.close(1001, 'Going away');
      }
    },
    closeAll: async () => {
      const closing = Buffer.from(JSON.stringify({ type: 'closing', reason: 'going_away' }));
      const all = [...open.values()];
      for (const connection of all) {
        connection.post(closing);
        connection.close(1001, 'Going away');
      }
      const impatience = setTimeout(() => {
        for (const connection of all) connection.terminate();
      }, FAREWELL_MS);
      await Promise.race([Promise.all(all.map((connection) => connection.finished)), pause(FINISH_MS)]);
      clearTimeout(impatience);
    },
  };
}

function describe(connection: SocketConnection) {
  const { connectedAtMs, sourceIp, userAgent } = connection.peer;
  return {
    connectedAt: new Date(connectedAtMs).toISOString(),
    lastActiveAt: new Date(connection.lastActiveAtMs()).toISOString(),
    identity: { sourceIp, userAgent },
  };
}
