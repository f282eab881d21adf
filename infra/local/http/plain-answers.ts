import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../shared/errors/error-codes.ts';
import type { ErrorEnvelope } from '../../../shared/errors/error-envelope.ts';

const JSON_HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...JSON_HEADERS, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** An error of the host itself, in the shape of every other error. */
export function answerError(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  const { headers, body } = errorOfHost(code, message);
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

export function errorOfHost(code: ErrorCode, message: string) {
  const requestId = randomUUID();
  const timestamp = new Date().toISOString();
  const details = code === 'VALIDATION_FAILED' ? { fields: [{ path: '', message }] } : {};
  const envelope: ErrorEnvelope = { error: { code, message, details, timestamp, request_id: requestId } };
  const headers = { ...JSON_HEADERS, 'X-Request-ID': requestId };
  return { headers, body: JSON.stringify(envelope) };
}
