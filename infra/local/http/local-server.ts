import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HostError } from '../host-error.ts';
import { answerBareError } from './bare-answers.ts';
import { isOwnHost } from './host-check.ts';
import { answerError } from './plain-answers.ts';

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

const AWAY = ['DEPENDENCY_UNAVAILABLE', 'Understudy is starting or stopping.'] as const;
const LONG_HEADERS = ['PAYLOAD_TOO_LARGE', 'The headers are too long.'] as const;
const NO_REQUEST = ['VALIDATION_FAILED', 'This is no request that can be understood.'] as const;
const FOREIGN_HOST = ['PERMISSION_DENIED', 'This host answers only to localhost and 127.0.0.1.'] as const;

const refuseRequest: RequestListener = (_, response) => {
  response.setHeader('Connection', 'close');
  answerError(response, 503, ...AWAY);
};
const refuseSocket: UpgradeListener = (_, socket) => answerBareError(socket, 503, ...AWAY);

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
    const answer: RequestListener = (request, response) => {
      if (isOwnHost(request.headers.host, port)) return onRequest(request, response);
      answerError(response, 403, ...FOREIGN_HOST);
    };
    const options = { keepAliveTimeout: 60_000, shouldUpgradeCallback: wantsSocket, requireHostHeader: false };
    const server = createServer(options, answer);
    answerWhatIsNoRequest(server);
    server.on('upgrade', (request, socket, head) => {
      if (isOwnHost(request.headers.host, port)) return onUpgrade(request, socket, head);
      answerBareError(socket, 403, ...FOREIGN_HOST);
    });
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

/** What Node would answer by a status alone. */
function answerWhatIsNoRequest(server: Server): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => answering.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const begun = answering.get(socket);
    if (error.code === 'ECONNRESET' || (begun?.headersSent && !begun.writableFinished)) socket.destroy();
    else if (error.code === 'HPE_HEADER_OVERFLOW') answerBareError(socket, 413, ...LONG_HEADERS);
    else answerBareError(socket, 400, ...NO_REQUEST);
  });
  server.on('checkExpectation', (_, response: ServerResponse) => answerError(response, 400, ...NO_REQUEST));
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
