import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../shared/errors/error-codes.ts';
import type { ErrorEnvelope } from '../../../shared/errors/error-envelope.ts';

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** An error of the host itself, in the shape of every other error. */
export function answerError(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  const requestId = randomUUID();
  response.setHeader('X-Request-ID', requestId);
  answerJson(response, status, errorEnvelope(code, message, requestId));
}

export function errorEnvelope(code: ErrorCode, message: string, requestId: string): ErrorEnvelope {
  return { error: { code, message, details: {}, timestamp: new Date().toISOString(), request_id: requestId } };
}
