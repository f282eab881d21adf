import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { APIError } from '../errors/api-error.ts';
import { toErrorBody } from '../errors/error-envelope.ts';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';
import { type CorsPolicy, corsHeaders } from './cors.ts';
import { lowerCaseNames } from './header-names.ts';
import { Reply, type Route } from './route.ts';

/** What a route returned as the answer that it declares. */
export function toResponse<Use>(route: Route<Use>, result: unknown): APIGatewayProxyResult {
  const [entry] = Object.entries(route.output);
  if (!entry) throw new Error(`${route.method} ${route.path} declares no output`);
  const [status, schema] = entry;
  const reply = result instanceof Reply ? result : new Reply(result);
  const headers: Record<string, string> = { 'Cache-Control': 'no-store', ...reply.headers };
  if (!schema) return { statusCode: Number(status), headers, body: '' };
  if (typeof reply.body === 'string') return { statusCode: Number(status), headers, body: reply.body };
  // Parsing the answer keeps a column that slipped into a row from reaching anybody.
  const body = JSON.stringify(schema.parse(reply.body));
  return { statusCode: Number(status), headers: { 'Content-Type': 'application/json', ...headers }, body };
}

/** An error as the envelope, with its one line in the log. */
export function errorResponse(error: APIError): APIGatewayProxyResult {
  const requestId = currentScope()?.requestId ?? '';
  if (error.status >= 500) log.error('request failed', error.cause ?? error, { code: error.code });
  else log.info('request refused', { code: error.code, reason: error.message });
  return {
    statusCode: error.status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...error.headers },
    body: JSON.stringify({ error: toErrorBody(error, requestId) }),
  };
}

/** What every answer carries: the request's id, what the origin may read, and how its limit stands where one was counted. */
export function standardHeaders(cors: CorsPolicy, event: APIGatewayProxyEvent): Record<string, string> {
  return {
    'X-Request-ID': currentScope()?.requestId ?? '',
    'X-Content-Type-Options': 'nosniff',
    ...corsHeaders(cors, lowerCaseNames(event.headers).origin),
    ...currentScope()?.responseHeaders,
    ...currentScope()?.limitHeaders,
  };
}
