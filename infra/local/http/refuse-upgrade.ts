import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../../shared/errors/error-codes.ts';
import { errorEnvelope } from './plain-answers.ts';

/** Answers a WebSocket handshake with an HTTP status and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number, body: string, headers: readonly string[] = []): void {
  if (!socket.writable) return;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  socket.on('error', () => {}); // The client may be gone already.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The same with an error of the host itself; also for what is no request that could be answered otherwise. */
export function refuseConnection(socket: Duplex, status: number, code: ErrorCode, message: string): void {
  const requestId = randomUUID();
  const body = JSON.stringify(errorEnvelope(code, message, requestId));
  refuseUpgrade(socket, status, body, [`X-Request-ID: ${requestId}`]);
}
