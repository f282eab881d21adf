import { CfnGatewayResponse } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

interface OwnAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NOT_FOUND: OwnAnswer = { status: 404, code: 'NOT_FOUND', message: 'There is nothing here.' };
const REFUSED: OwnAnswer = { status: 403, code: 'PERMISSION_DENIED', message: 'This request is not allowed.' };
const MALFORMED: OwnAnswer = { status: 400, code: 'VALIDATION_FAILED', message: 'The request is malformed.' };
const BROKEN: OwnAnswer = { status: 500, code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' };

/** What API Gateway answers by itself, before or instead of a function, by the names it gives these cases. */
export const OWN_ANSWERS: Readonly<Record<string, OwnAnswer>> = {
  REQUEST_TOO_LARGE: { status: 413, code: 'PAYLOAD_TOO_LARGE', message: 'The request is too large.' },
  THROTTLED: { status: 429, code: 'RATE_LIMITED', message: 'Too many requests.', headers: { 'Retry-After': '1' } },
  QUOTA_EXCEEDED: { status: 429, code: 'QUOTA_EXCEEDED', message: 'The quota is used up.' },
  INTEGRATION_TIMEOUT: { status: 504, code: 'UPSTREAM_TIMEOUT', message: 'The answer took too long.' },
  INTEGRATION_FAILURE: { status: 502, code: 'UPSTREAM_FAILED', message: 'The service did not answer.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'This type is not taken here.' },
  // API Gateway's name for a path or method that it does not know.
  MISSING_AUTHENTICATION_TOKEN: NOT_FOUND,
  RESOURCE_NOT_FOUND: NOT_FOUND,
  ACCESS_DENIED: REFUSED,
  WAF_FILTERED: REFUSED,
  DEFAULT_4XX: MALFORMED,
  DEFAULT_5XX: BROKEN,
};

/**
 * Gives the gateway's own answers the error envelope. Its templates know no ISO time: `timestamp` is null. Pages of any origin
 * may read them (docs/decisions/0013): they say nothing that concerns anybody, and what a page may not read it takes for an
 * outage.
 */
export function addGatewayResponses(scope: Construct, restApiId: string): CfnGatewayResponse[] {
  return Object.entries(OWN_ANSWERS).map(
    ([responseType, answer]) =>
      new CfnGatewayResponse(scope, `Answer${responseType}`, {
        restApiId,
        responseType,
        statusCode: String(answer.status),
        responseParameters: responseHeaders(answer),
        responseTemplates: { 'application/json': envelope(answer) },
      }),
  );
}

function responseHeaders({ headers = {} }: OwnAnswer): Record<string, string> {
  const readable = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'X-Request-ID, Retry-After',
  };
  const fixed = Object.entries({ 'Cache-Control': 'no-store', ...readable, ...headers });
  return {
    'gatewayresponse.header.X-Request-ID': 'context.requestId',
    ...Object.fromEntries(fixed.map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`])),
  };
}

function envelope({ code, message }: OwnAnswer): string {
  return JSON.stringify({ error: { code, message, details: {}, timestamp: null, request_id: '$context.requestId' } });
}
