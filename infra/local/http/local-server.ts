import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HostError } from '../host-error.ts';
import { isOwnHost } from './host-check.ts';
import { answerError } from './plain-answers.ts';
import { refuseConnection } from './refuse-upgrade.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface LocalServer {
  readonly port: number;
  /** Until this is called every request is answered by 503. */
  serve(onRequest: RequestListener, onUpgrade: UpgradeListener): void;
  /** Answers 503 to whatever comes from now on; what is under way goes on. */
  refuse(): void;
  /** Takes no more connections and ends the idle ones; resolves when the last answer is out or after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

const NOT_SERVING = 'Understudy is starting or stopping.';
const FOREIGN_HOST = 'This host answers only to localhost and 127.0.0.1.';
const refuseRequest: RequestListener = (_, response) => {
  response.setHeader('Connection', 'close');
  answerError(response, 503, 'DEPENDENCY_UNAVAILABLE', NOT_SERVING);
};
const refuseSocket: UpgradeListener = (_, socket) =>
  refuseConnection(socket, 503, 'DEPENDENCY_UNAVAILABLE', NOT_SERVING);

/** What the parser cannot make a request of. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  socket.once('finish', () => socket.destroy());
  if (error.code === 'HPE_HEADER_OVERFLOW')
    refuseConnection(socket, 413, 'PAYLOAD_TOO_LARGE', 'The headers are too large.');
  else refuseConnection(socket, 400, 'VALIDATION_FAILED', 'The request could not be read.');
}

const refuseExpectation: RequestListener = (_, response) => {
  response.setHeader('Connection', 'close'); // Its body may be on the way.
  answerError(response, 400, 'VALIDATION_FAILED', 'This expectation cannot be met.');
};

/** Some clients offer to go on in HTTP/2; whoever does not take that up answers as usual (RFC 9110, 7.8). */
const wantsSocket = (request: IncomingMessage) => request.headers.upgrade?.toLowerCase() === 'websocket';

class PortBusyError extends HostError {
  override readonly name: string = 'PortBusyError';
}

/**
 * Listens on loopback only: 127.0.0.1, and ::1 where the machine has it, because `localhost` may mean either.
 *
 * @throws PortBusyError when somebody else listens there
 */
export async function openLocalServer(wantedPort: number): Promise<LocalServer> {
  let onRequest = refuseRequest;
  let onUpgrade = refuseSocket;
  let port = wantedPort;

  const open = (): Server => {
    const server = createServer(
      { keepAliveTimeout: 60_000, shouldUpgradeCallback: wantsSocket },
      (request, response) => {
        if (isOwnHost(request.headers.host, port)) return onRequest(request, response);
        answerError(response, 403, 'PERMISSION_DENIED', FOREIGN_HOST);
      },
    );
    server.on('upgrade', (request, socket, head) => {
      if (isOwnHost(request.headers.host, port)) return onUpgrade(request, socket, head);
      refuseConnection(socket, 403, 'PERMISSION_DENIED', FOREIGN_HOST);
    });
    server.on('clientError', refuseUnreadable);
    server.on('checkExpectation', refuseExpectation);
    return server;
  };

  const main = open();
  await listen(main, wantedPort, '127.0.0.1');
  port = (main.address() as AddressInfo).port;
  const servers = [main, ...(await openSecond(open(), port))];

  return {
    port,
    serve: (request, upgrade) => {
      onRequest = request;
      onUpgrade = upgrade;
    },
    refuse: () => {
      onRequest = refuseRequest;
      onUpgrade = refuseSocket;
    },
    close: async (withinMs) => {
      await Promise.all(servers.map((server) => closeServer(server, withinMs)));
    },
  };
}

async function openSecond(server: Server, port: number): Promise<Server[]> {
  try {
    await listen(server, port, '::1');
    return [server];
  } catch (error) {
    if (error instanceof PortBusyError) throw error;
    return []; // No IPv6 on this machine.
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortBusyError(`port ${port} is taken by another program`) : error),
    );
    server.listen(port, host, () => resolve());
  });
}

async function closeServer(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearTimeout(timer);
}
