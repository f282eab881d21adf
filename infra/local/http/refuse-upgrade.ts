import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../../shared/errors/error-codes.ts';
import { errorOfHost } from './plain-answers.ts';

interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers a WebSocket handshake with an HTTP status and ends the connection. */
export function refuseUpgrade(socket: Duplex, { status, headers = {}, body = '' }: Refusal): void {
  if (!socket.writable) return;
  const sent = { Connection: 'close', ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // The client may be gone already.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${head.join('')}\r\n${body}`);
}

/** The same by an error of the host itself. */
export function refuseUpgradeByError(socket: Duplex, status: number, code: ErrorCode, message: string): void {
  refuseUpgrade(socket, { status, ...errorOfHost(code, message) });
}

export function refuseUnknownPath(socket: Duplex): void {
  refuseUpgradeByError(socket, 404, 'NOT_FOUND', 'No sockets are opened here.');
}
