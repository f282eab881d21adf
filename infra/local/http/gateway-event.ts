import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The parts that REST and WebSocket events of API Gateway share. */
export interface GatewayCall {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string> | null;
  readonly multiValueQueryStringParameters: Record<string, string[]> | null;
  readonly sourceIp: string;
  readonly userAgent: string | null;
}

/** As API Gateway hands it over: names as sent, every value in the plural form, the last one in the singular. */
export function gatewayCall(request: IncomingMessage): GatewayCall {
  const multiValueHeaders = groupPairs(pairsOf(request.rawHeaders));
  const query = groupPairs([...new URLSearchParams(queryOf(request.url))]);
  const hasQuery = Object.keys(query).length > 0;
  return {
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: hasQuery ? lastOfEach(query) : null,
    multiValueQueryStringParameters: hasQuery ? query : null,
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    userAgent: request.headers['user-agent'] ?? null,
  };
}

/** Path without the query, still percent-encoded. */
export const pathOf = (url: string | undefined) => (url ?? '/').split('?', 1)[0] ?? '/';
const queryOf = (url: string | undefined) => (url ?? '').split('?').slice(1).join('?');

/** A short id of the form that API Gateway gives requests and connections. */
export const gatewayId = () => `${randomBytes(11).toString('base64url')}=`;

function* pairsOf(rawHeaders: readonly string[]): Iterable<[string, string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''];
  }
}

function groupPairs(pairs: Iterable<[string, string]>): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

function lastOfEach(groups: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.at(-1) ?? '']));
}
