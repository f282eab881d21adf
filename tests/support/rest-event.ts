import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';

export interface RestRequest {
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body; absent when there is none or it is no JSON. */
  readonly body: never;
}

/** Calls a REST handler the way API Gateway does. */
export async function callRest(
  handler: RestHandler,
  method: string,
  path: string,
  request: RestRequest = {},
): Promise<RestAnswer> {
  const result = await handler(restEvent(method, path, request), lambdaContext());
  return { status: result.statusCode, headers: result.headers ?? {}, text: result.body, body: parse(result) };
}

export function restEvent(method: string, path: string, request: RestRequest = {}): APIGatewayProxyEvent {
  const { body, token, headers = {}, query, sourceIp = '203.0.113.7' } = request;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return {
    httpMethod: method,
    path,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    multiValueHeaders: {},
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    resource: '/{proxy+}',
    body: text ?? null,
    isBase64Encoded: false,
    requestContext: { identity: { sourceIp } } as APIGatewayProxyEvent['requestContext'],
  };
}

export function lambdaContext(): Context {
  return { awsRequestId: 'test-request', getRemainingTimeInMillis: () => 29_000 } as Context;
}

function parse(result: APIGatewayProxyResult): never {
  try {
    return JSON.parse(result.body) as never;
  } catch {
    return undefined as never;
  }
}
