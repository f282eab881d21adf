import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../../shared/errors/error-codes.ts';
import { errorOfHost } from './plain-answers.ts';

interface BareAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers where Node has no response to write to (a handshake, or what is no HTTP), and ends the connection. */
export function answerBare(socket: Duplex, { status, headers = {}, body = '' }: BareAnswer): void {
  if (!socket.writable) return;
  const sent = { Connection: 'close', ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // The client may be gone already.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${head.join('')}\r\n${body}`);
}

/** The same by an error of the host itself. */
export function answerBareError(socket: Duplex, status: number, code: ErrorCode, message: string): void {
  answerBare(socket, { status, ...errorOfHost(code, message) });
}

export function refuseUnknownPath(socket: Duplex): void {
  answerBareError(socket, 404, 'NOT_FOUND', 'No sockets are opened here.');
}
