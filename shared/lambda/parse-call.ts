import type { APIGatewayProxyEvent } from 'aws-lambda';
import type * as z from 'zod';
import { APIError } from '../errors/api-error.ts';
import { NotFoundError } from '../errors/not-found-error.ts';
import { unknownField, ValidationError } from '../errors/validation-error.ts';
import type { Route } from './route.ts';

/** The contract's limit on a request body. */
const MAX_BODY_BYTES = 256 * 1024;

interface ParsedCall {
  readonly params: never;
  readonly query: never;
  readonly body: never;
}

/**
 * Checks type, size and shape, in this order, and returns what the route's schemas made of the request.
 *
 * @throws APIError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or VALIDATION_FAILED
 * @throws NotFoundError when a path parameter is malformed: such an id cannot exist
 */
export function parseCall<Use>(
  input: Route<Use>['input'],
  event: APIGatewayProxyEvent,
  headers: Readonly<Record<string, string | undefined>>,
  pathParams: Readonly<Record<string, string>>,
): ParsedCall {
  const raw = readBody(event, headers);
  const params = input.params?.safeParse(pathParams);
  if (params && !params.success) throw new NotFoundError();
  return {
    params: params?.data as never,
    query: parseQuery(input.query, event) as never,
    body: (input.body ? orThrow(input.body.safeParse(parseJson(raw))) : refuseUnexpected(raw)) as never,
  };
}

function readBody(event: APIGatewayProxyEvent, headers: Readonly<Record<string, string | undefined>>): string {
  const body = event.body ?? '';
  if (body === '') return '';
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new APIError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  }
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > MAX_BODY_BYTES) {
    throw new APIError('PAYLOAD_TOO_LARGE', 'The body is larger than 256 KB.', {
      details: { max_bytes: MAX_BODY_BYTES },
    });
  }
  const text = bytes.toString('utf8');
  // What API Gateway makes of bytes that are no UTF-8; as an escape it may be meant.
  if (text.includes('\ufffd')) throw new ValidationError([{ path: '', message: 'The body is not valid UTF-8.' }]);
  return text;
}

function parseJson(raw: string): unknown {
  if (raw.trim() === '') return {};
  try {
    return JSON.parse(raw);
  } catch {
    throw new ValidationError([{ path: '', message: 'The body is not valid JSON.' }]);
  }
}

/** A route without a body takes none, or an empty object. */
function refuseUnexpected(raw: string): undefined {
  const body = parseJson(raw);
  const empty = typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
  if (!empty) throw new ValidationError([{ path: '', message: 'This request takes no body.' }]);
  return undefined;
}

function parseQuery(schema: z.ZodType | undefined, event: APIGatewayProxyEvent): unknown {
  const repeated = Object.entries(event.multiValueQueryStringParameters ?? {}).filter(
    ([, all]) => (all?.length ?? 0) > 1,
  );
  if (repeated.length > 0) {
    throw new ValidationError(repeated.map(([path]) => ({ path, message: 'Given more than once.' })));
  }
  const given = event.queryStringParameters ?? {};
  if (schema) return orThrow(schema.safeParse(given));
  const unknown = Object.keys(given);
  if (unknown.length > 0) throw new ValidationError(unknown.map(unknownField));
  return undefined;
}

function orThrow(result: z.ZodSafeParseResult<unknown>): unknown {
  if (!result.success) throw ValidationError.fromZod(result.error);
  return result.data;
}
