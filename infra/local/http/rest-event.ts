import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { RestModel } from '../template/stack-model.ts';
import { ACCOUNT } from '../template/stack-references.ts';
import { gatewayCall, gatewayId, pathOf } from './gateway-event.ts';
import type { RestMatch } from './rest-router.ts';

/** The event of a REST API's proxy integration (payload version 1). */
export function restEvent(
  api: RestModel,
  match: RestMatch,
  request: IncomingMessage,
  body: Buffer,
  requestId: string,
): APIGatewayProxyEvent {
  const call = gatewayCall(request);
  const path = pathOf(request.url);
  const method = request.method ?? 'GET';
  const binary = isBinary(api.binaryMediaTypes, request.headers['content-type']);
  return {
    resource: match.route.resource,
    path,
    httpMethod: method,
    headers: call.headers,
    multiValueHeaders: call.multiValueHeaders,
    queryStringParameters: call.queryStringParameters,
    multiValueQueryStringParameters: call.multiValueQueryStringParameters,
    pathParameters: match.pathParameters,
    stageVariables: null,
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
    requestContext: {
      ...contextOf(api, match, method, path, requestId),
      identity: { ...NO_IDENTITY, sourceIp: call.sourceIp, userAgent: call.userAgent },
    },
  };
}

function contextOf(api: RestModel, match: RestMatch, method: string, path: string, requestId: string) {
  const now = new Date();
  return {
    accountId: ACCOUNT,
    apiId: api.apiId,
    authorizer: null,
    domainName: '127.0.0.1',
    domainPrefix: '127',
    extendedRequestId: gatewayId(),
    httpMethod: method,
    path,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: now.toUTCString(),
    requestTimeEpoch: now.getTime(),
    resourceId: match.route.resourceId,
    resourcePath: match.route.resource,
    stage: api.stage,
  };
}

const NO_IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** Whether API Gateway treats a media type as bytes, by the API's list (`type/*` and `*∕*` included). */
export function isBinary(binaryMediaTypes: readonly string[], contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return binaryMediaTypes.some((entry) => {
    if (entry === '*/*') return true;
    return entry.endsWith('/*') ? type.startsWith(entry.slice(0, -1)) : entry.toLowerCase() === type;
  });
}
