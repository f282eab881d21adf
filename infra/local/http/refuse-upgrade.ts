import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers a WebSocket handshake with an HTTP status and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number, body = '', contentType = 'application/json'): void {
  if (!socket.writable) return;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => {}); // The client may be gone already.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
