import type { IncomingMessage, ServerResponse } from 'node:http';

const LIMIT_BYTES = 131_072; // API Gateway's limit for a message.

export type ConnectionsMethod = 'POST' | 'GET' | 'DELETE';

export interface ConnectionsAnswer {
  /** 200, 204, 410 for a connection that is gone, 429 for too many. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Posts to, tells about, or closes the socket with this id. */
export type ConnectionsHandler = (
  method: ConnectionsMethod,
  connectionId: string,
  body: Buffer,
) => ConnectionsAnswer | Promise<ConnectionsAnswer>;

const PATH = /\/@connections\/([^/?]+)/;

export function isConnectionsPath(url: string): boolean {
  return PATH.test(decoded(url));
}

/** `POST|GET|DELETE /<stage>/@connections/{id}`, answered as API Gateway does. */
export async function answerConnections(
  request: IncomingMessage,
  response: ServerResponse,
  handler: ConnectionsHandler | undefined,
): Promise<void> {
  const { method } = request;
  const id = PATH.exec(decoded(request.url ?? ''))?.[1] ?? '';
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') return fail(response, 403, 'ForbiddenException');
  if (request.headers.authorization === undefined) return fail(response, 403, 'ForbiddenException');
  const body = await readBody(request);
  if (body === undefined) return fail(response, 413, 'PayloadTooLargeException');
  const answer = handler === undefined ? { status: 410 } : await handler(method, id, body);
  if (answer.status === 410) return fail(response, 410, 'GoneException');
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= LIMIT_BYTES) chunks.push(chunk);
  }
  return bytes > LIMIT_BYTES ? undefined : Buffer.concat(chunks);
}

function fail(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-ErrorType': type });
  response.end(JSON.stringify({ message: type }));
}

// The client escapes the `@` and the `=` at the end of an id.
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
