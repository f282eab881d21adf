import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { APIError } from '../errors/api-error.ts';
import { asApiError } from '../errors/error-envelope.ts';
import { NotFoundError } from '../errors/not-found-error.ts';
import { log } from '../observability/logger.ts';
import { add, countRequest } from '../observability/metrics.ts';
import { requestIdFrom } from '../observability/request-id.ts';
import { currentScope, type RequestScope, runInScope } from '../observability/request-scope.ts';
import { networkOf } from '../security/client-network.ts';
import type { CreatorCredential, VisitorCredential } from '../security/credentials.ts';
import { admitCaller } from './admit-caller.ts';
import { allowOrigin, preflight } from './cors.ts';
import { lowerCaseNames } from './header-names.ts';
import { runIdempotently } from './idempotency.ts';
import { parseCall } from './parse-call.ts';
import { errorResponse, standardHeaders, toResponse } from './rest-answer.ts';
import type { RestHandler, RestService } from './rest-service.ts';
import type { Route } from './route.ts';
import { type RouteTable, routeTable } from './route-table.ts';

/**
 * The one chain of every REST Lambda: request id and log scope, CORS, path, method, credential, permission, limit,
 * parsing, the route, and any error as the envelope. The order of the checks is the contract's.
 */
export function restHandler<Use>(service: RestService<Use>): RestHandler {
  const match = routeTable(service.routes);
  const complete = (request: { event: APIGatewayProxyEvent; response?: APIGatewayProxyResult | null }) => {
    if (!request.response) return;
    request.response.headers = { ...standardHeaders(service.cors, request.event), ...request.response.headers };
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
    .handler((event: APIGatewayProxyEvent) => dispatch(service, match, event));

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
      note(scope, { method: event.httpMethod, status: response.statusCode, startedAt, coldStart });
      return response;
    });
  };
}

async function dispatch<Use>(
  service: RestService<Use>,
  match: RouteTable<Use>,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> {
  const headers = lowerCaseNames(event.headers);
  if (event.httpMethod === 'OPTIONS') return preflight(service.cors, headers.origin);

  const found = match(event.httpMethod, event.path);
  if (found.kind === 'unknown') {
    const file = await service.fallback?.(event);
    if (!file) throw new NotFoundError();
    return file;
  }
  if (found.kind === 'wrong-method') {
    throw new APIError('METHOD_NOT_ALLOWED', 'This path does not take that method.', {
      headers: { Allow: found.allowed.join(', ') },
    });
  }
  return answer(service, found.route, found.params, event);
}

/** From the credential to the answer of one route. */
async function answer<Use>(
  service: RestService<Use>,
  route: Route<Use>,
  params: Readonly<Record<string, string>>,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> {
  const headers = lowerCaseNames(event.headers);
  const sourceIp = networkOf(event.requestContext.identity.sourceIp);
  const scope = currentScope();
  if (scope) scope.route = `${route.method} ${route.path}`;

  const caller = await admitCaller(service, route.permission, { headers, sourceIp }, ({ creatorId }) => {
    if (scope) scope.creatorId = creatorId;
  });
  if (caller) await limit(service, caller, sourceIp);
  const input = parseCall(route.input, event, headers, params);

  const run = () =>
    route.run({
      ...input,
      caller: caller as never,
      use: service.use,
      requestId: scope?.requestId ?? '',
      sourceIp,
      headers,
    });
  const result =
    route.idempotent && service.idempotency && caller
      ? await runIdempotently(service.idempotency, route, caller, headers['idempotency-key'], input, run)
      : await run();
  return toResponse(route, result);
}

/** Counts the request against its caller; public routes limit themselves. */
async function limit<Use>(
  service: RestService<Use>,
  caller: CreatorCredential | VisitorCredential,
  sourceIp: string,
): Promise<void> {
  if (caller.kind === 'visitor') await service.limitVisitor?.(caller, sourceIp);
  else await service.limit?.(caller);
}

interface Answered {
  readonly method: string;
  readonly status: number;
  readonly startedAt: number;
  readonly coldStart: boolean;
}

/** The one line and the counters of a request. */
function note({ service, route }: RequestScope, { method, status, startedAt, coldStart }: Answered): void {
  const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
  countRequest({ service, route: route ?? 'unmatched', status, durationMs });
  if (coldStart) add('understudy_cold_starts_total', { service }, 1);
  log.info('request', { method, status, duration_ms: durationMs, cold_start: coldStart });
}

async function letOriginReadError<Use>(service: RestService<Use>, event: APIGatewayProxyEvent): Promise<void> {
  const scope = currentScope();
  const { origin, authorization } = lowerCaseNames(event.headers);
  if (!service.mayReadError || !scope || scope.mayPageRead !== undefined || !origin) return;
  const may = await service.mayReadError({ path: event.path, origin, authorization }).catch(() => false);
  if (may) scope.responseHeaders = allowOrigin(origin);
}
