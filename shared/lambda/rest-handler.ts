import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { APIError } from '../errors/api-error.ts';
import { asApiError, toErrorBody } from '../errors/error-envelope.ts';
import { NotFoundError } from '../errors/not-found-error.ts';
import { log } from '../observability/logger.ts';
import { add, countRequest } from '../observability/metrics.ts';
import { requestIdFrom } from '../observability/request-id.ts';
import { currentScope, type RequestScope, runInScope } from '../observability/request-scope.ts';
import type {
  AuthenticateCreator,
  AuthenticateVisitor,
  CreatorCredential,
  VisitorCredential,
} from '../security/credentials.ts';
import { allowOrigin, type CorsPolicy, corsHeaders, preflight } from './cors.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { runIdempotently } from './idempotency.ts';
import { parseCall } from './parse-call.ts';
import { type Access, Reply, type Route } from './route.ts';
import { routeTable } from './route-table.ts';

type Caller = CreatorCredential | VisitorCredential | undefined;

export interface RestService<Use> {
  readonly service: string;
  readonly routes: readonly Route<Use>[];
  readonly use: Use;
  readonly cors: CorsPolicy;
  readonly authenticateCreator: AuthenticateCreator;
  /** Only the channel has visitors. */
  readonly authenticateVisitor?: AuthenticateVisitor;
  readonly idempotency?: IdempotencyStore;
  /** Called for every authenticated creator; throws RATE_LIMITED. Its headers go into the answer. */
  readonly limit?: (caller: CreatorCredential) => Promise<Record<string, string>>;
  /**
   * Tells whether this origin may read an error that arose before the route could admit it (and set the scope's
   * `responseHeaders`). Its own failure only means that nobody may.
   */
  readonly mayReadError?: (request: { path: string; origin: string; authorization?: string }) => Promise<boolean>;
  /** Asked about paths that no route has, before the 404; for files, which no table lists. */
  readonly fallback?: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult | undefined>;
}

export type RestHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * The one chain of every REST Lambda: request id and log scope, CORS, path, method, credential, permission, limit,
 * parsing, the route, and any error as the envelope. The order of the checks is the contract's.
 */
export function restHandler<Use>(service: RestService<Use>): RestHandler {
  const match = routeTable(service.routes);

  const dispatch = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const headers = lowerCaseNames(event.headers);
    if (event.httpMethod === 'OPTIONS') return preflight(service.cors, headers.origin);

    const found = match(event.httpMethod, event.path);
    if (found.kind === 'unknown') {
      const answer = await service.fallback?.(event);
      if (!answer) throw new NotFoundError();
      return answer;
    }
    if (found.kind === 'wrong-method') {
      throw new APIError('METHOD_NOT_ALLOWED', 'This path does not take that method.', {
        headers: { Allow: found.allowed.join(', ') },
      });
    }
    const { route } = found;
    const scope = currentScope();
    if (scope) scope.route = `${route.method} ${route.path}`;

    const caller = await authenticate(service, route.permission, headers);
    if (scope && caller) scope.creatorId = caller.creatorId;
    await requirePermission(service, route.permission, caller);
    const limitHeaders = caller && caller.kind !== 'visitor' && service.limit ? await service.limit(caller) : {};
    const input = parseCall(route.input, event, headers, found.params);

    const run = () =>
      route.run({
        ...input,
        caller: caller as never,
        use: service.use,
        requestId: scope?.requestId ?? '',
        sourceIp: event.requestContext.identity.sourceIp,
        headers,
      });
    const result =
      route.idempotent && service.idempotency && caller
        ? await runIdempotently(service.idempotency, route, caller, headers['idempotency-key'], input, run)
        : await run();
    return toResponse(route, result, limitHeaders);
  };

  const complete = (request: { event: APIGatewayProxyEvent; response?: APIGatewayProxyResult | null }) => {
    if (!request.response) return;
    request.response.headers = { ...standardHeaders(service, request.event), ...request.response.headers };
  };
  const chain = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use({
      after: complete,
      onError: async (request) => {
        request.response = errorResponse(asApiError(request.error));
        await letOriginReadError(service, request.event);
        complete(request);
      },
    })
    .handler(dispatch);

  let isFirst = true;
  return async (event, context) => {
    const startedAt = performance.now();
    const coldStart = isFirst;
    isFirst = false;
    const scope: RequestScope = {
      requestId: requestIdFrom(lowerCaseNames(event.headers)['x-request-id']),
      service: service.service,
      deadlineAtMs: Date.now() + context.getRemainingTimeInMillis(),
    };
    return runInScope(scope, async () => {
      const response = (await chain(event, context)) as APIGatewayProxyResult;
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      countRequest({
        service: service.service,
        route: scope.route ?? 'unmatched',
        status: response.statusCode,
        durationMs,
      });
      if (coldStart) add('understudy_cold_starts_total', { service: service.service }, 1);
      log.info('request', {
        method: event.httpMethod,
        status: response.statusCode,
        duration_ms: durationMs,
        cold_start: coldStart,
      });
      return response;
    });
  };
}

async function authenticate<Use>(
  service: RestService<Use>,
  access: Access,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<Caller> {
  if (access === 'public') return undefined;
  if (access !== 'visitor') return service.authenticateCreator(headers.authorization);
  if (!service.authenticateVisitor) throw new Error(`service ${service.service} has no visitors`);
  return service.authenticateVisitor(headers.authorization, headers.origin);
}

async function letOriginReadError<Use>(service: RestService<Use>, event: APIGatewayProxyEvent): Promise<void> {
  const scope = currentScope();
  const { origin, authorization } = lowerCaseNames(event.headers);
  if (!service.mayReadError || !scope || scope.responseHeaders || !origin) return;
  const may = await service.mayReadError({ path: event.path, origin, authorization }).catch(() => false);
  if (may) scope.responseHeaders = allowOrigin(origin);
}

async function requirePermission<Use>(service: RestService<Use>, access: Access, caller: Caller): Promise<void> {
  if (!caller || caller.kind === 'visitor' || access === 'creator' || access === 'public' || access === 'visitor')
    return;
  if (caller.permissions.includes(access)) return;
  log.security('permission_refused', { permission: access, credential: caller.kind });
  await service.authenticateCreator.noteRefusal?.(caller, access);
  throw new APIError('PERMISSION_DENIED', `This credential lacks the permission ${access}.`, {
    details: { permission: access },
  });
}

function toResponse<Use>(route: Route<Use>, result: unknown, extra: Record<string, string>): APIGatewayProxyResult {
  const [entry] = Object.entries(route.output);
  if (!entry) throw new Error(`${route.method} ${route.path} declares no output`);
  const [status, schema] = entry;
  const reply = result instanceof Reply ? result : new Reply(result);
  const headers: Record<string, string> = { 'Cache-Control': 'no-store', ...extra, ...reply.headers };
  if (!schema) return { statusCode: Number(status), headers, body: '' };
  if (typeof reply.body === 'string') return { statusCode: Number(status), headers, body: reply.body };
  // Parsing the answer keeps a column that slipped into a row from reaching anybody.
  const body = JSON.stringify(schema.parse(reply.body));
  return { statusCode: Number(status), headers: { 'Content-Type': 'application/json', ...headers }, body };
}

function errorResponse(error: APIError): APIGatewayProxyResult {
  const requestId = currentScope()?.requestId ?? '';
  if (error.status >= 500) log.error('request failed', error.cause ?? error, { code: error.code });
  else log.info('request refused', { code: error.code, reason: error.message });
  return {
    statusCode: error.status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...error.headers },
    body: JSON.stringify({ error: toErrorBody(error, requestId) }),
  };
}

function standardHeaders<Use>(service: RestService<Use>, event: APIGatewayProxyEvent): Record<string, string> {
  return {
    'X-Request-ID': currentScope()?.requestId ?? '',
    'X-Content-Type-Options': 'nosniff',
    ...corsHeaders(service.cors, lowerCaseNames(event.headers).origin),
    ...currentScope()?.responseHeaders,
  };
}

export function lowerCaseNames(headers: APIGatewayProxyEvent['headers'] | null): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}
