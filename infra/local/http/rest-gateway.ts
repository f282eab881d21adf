import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import type { RestModel } from '../template/stack-model.ts';
import { pathOf } from './gateway-event.ts';
import { answerAsGateway } from './gateway-response.ts';
import { discardBody, readBody } from './read-body.ts';
import { isBinary, restEvent } from './rest-event.ts';
import { restRouter } from './rest-router.ts';

/** API Gateway's own limit for a request's body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The answer of a proxy integration. What is not of this form is a 502, as on AWS. */
const ProxyAnswer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});
type ProxyAnswer = z.infer<typeof ProxyAnswer>;

/** API Gateway's REST API: route, proxy event, function, answer. */
export function restGateway(api: RestModel, functions: Pick<FunctionHost, 'byId'>): RequestListener {
  const route = restRouter(api.routes);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    const refuse = (type: Parameters<typeof answerAsGateway>[2]) =>
      answerAsGateway(response, api.gatewayResponses, type, requestId);

    const match = route(request.method ?? 'GET', pathOf(request.url));
    if (!match) return refuse('MISSING_AUTHENTICATION_TOKEN');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) {
      await discardBody(request);
      response.setHeader('Connection', 'close'); // There may be more of it.
      return refuse('REQUEST_TOO_LARGE');
    }
    const event = restEvent(api, match, request, body, requestId);
    const outcome = await functions.byId(match.route.functionId).invoke(event, match.route.timeoutMs);
    if (outcome.kind === 'timeout') return refuse('INTEGRATION_TIMEOUT');
    const answer = outcome.kind === 'result' ? ProxyAnswer.safeParse(outcome.value) : undefined;
    if (!answer?.success) return refuse('INTEGRATION_FAILURE');
    writeAnswer(response, answer.data, api.binaryMediaTypes);
  };

  return (request, response) => {
    handle(request, response).catch(() => response.destroy()); // The client broke off in the middle of its body.
  };
}

function writeAnswer(response: ServerResponse, answer: ProxyAnswer, binaryMediaTypes: readonly string[]): void {
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(answer.multiValueHeaders ?? {})) {
    response.setHeader(name, values.map(String));
  }
  // Without binary media types API Gateway passes base64 on as the text it is.
  const decode = answer.isBase64Encoded && isBinary(binaryMediaTypes, String(response.getHeader('content-type') ?? ''));
  const body = Buffer.from(answer.body ?? '', decode ? 'base64' : 'utf8');
  response.statusCode = answer.statusCode;
  if (!response.hasHeader('content-type') && body.length > 0) response.setHeader('Content-Type', 'application/json');
  if (answer.statusCode !== 204 && answer.statusCode !== 304) response.setHeader('Content-Length', body.length);
  response.end(body);
}
