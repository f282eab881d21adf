import type { ServerResponse } from 'node:http';
import type { GatewayResponseModel } from '../template/stack-model.ts';

/** What API Gateway answers by itself, with the status and text it has when the stack does not say otherwise. */
const OWN_ANSWERS = {
  BAD_REQUEST_BODY: { status: 400, message: 'Bad Request Body' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  /** A function that throws or answers nonsense. */
  INTEGRATION_FAILURE: { status: 502, message: 'Internal server error' },
} as const;

export type GatewayAnswer = keyof typeof OWN_ANSWERS;

/** Answers in the gateway's own name, by the stack's gateway responses. */
export function answerAsGateway(
  response: ServerResponse,
  responses: ReadonlyMap<string, GatewayResponseModel>,
  type: GatewayAnswer,
  requestId: string,
): void {
  const own = OWN_ANSWERS[type];
  const model = responses.get(type) ?? responses.get(own.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const variables: Readonly<Record<string, string>> = {
    requestId,
    'error.message': own.message,
    'error.messageString': JSON.stringify(own.message),
    'error.responseType': type,
  };
  const template = model?.templates['application/json'] ?? '{"message":$context.error.messageString}';
  const body = fillTemplate(template, variables);
  response.writeHead(model?.statusCode ?? own.status, {
    'Content-Type': 'application/json',
    ...headersOf(model, variables),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Puts the request's values for `$context.<name>`, as gateway response templates do. */
function fillTemplate(template: string, variables: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{?context\.([A-Za-z.]+[A-Za-z])\}?/g, (_, name: string) => variables[name] ?? '');
}

function headersOf(model: GatewayResponseModel | undefined, variables: Readonly<Record<string, string>>) {
  const pairs = Object.entries(model?.parameters ?? {}).flatMap(([target, expression]) => {
    const name = target.replace('gatewayresponse.header.', '');
    const constant = /^'(.*)'$/.exec(expression)?.[1];
    const value = constant ?? variables[expression.replace(/^\$?context\./, '')];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}
