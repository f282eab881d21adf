import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { APIError } from '../../../shared/errors/api-error.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';

export interface WebFilesOptions {
  /** The built web files; a missing folder holds none. */
  readonly folder: string;
  /** Where pages may send requests, besides their own origin. */
  readonly apiOrigin: string;
}

interface WebFile {
  readonly text: string;
  readonly isBase64: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const BINARY = new Set(['.png', '.ico', '.woff2']);
/** A name that carries a hash of its content never changes it. */
const VERSIONED = /-[0-9a-f]{12,64}\.[a-z0-9]+$/;

/**
 * Answers GET and HEAD for the files that lie in the folder when the instance starts, and nothing else: a path is
 * only ever looked up in that list, so none can lead out of it. `undefined` for paths it does not have.
 *
 * @throws APIError METHOD_NOT_ALLOWED for another method on a path it has
 */
export function openWebFiles(options: WebFilesOptions) {
  let paths: ReadonlyMap<string, () => WebFile> | undefined;

  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult | undefined> => {
    paths ??= listPaths(options);
    const file = paths.get(event.path)?.();
    if (!file) return undefined;
    if (event.httpMethod !== 'GET' && event.httpMethod !== 'HEAD') {
      throw new APIError('METHOD_NOT_ALLOWED', 'This path does not take that method.', {
        headers: { Allow: 'GET, HEAD' },
      });
    }
    const scope = currentScope();
    if (scope) scope.route = 'GET web file';
    const withBody = event.httpMethod === 'GET';
    return {
      statusCode: 200,
      headers: { ...file.headers },
      body: withBody ? file.text : '',
      isBase64Encoded: withBody && file.isBase64,
    };
  };
}

function listPaths({ folder, apiOrigin }: WebFilesOptions): ReadonlyMap<string, () => WebFile> {
  const paths = new Map<string, () => WebFile>();
  for (const relative of filesBelow(folder)) {
    const path = pathOf(relative);
    let read: WebFile | undefined;
    paths.set(path, () => {
      const isBase64 = BINARY.has(extname(relative));
      const text = () => readFileSync(join(folder, relative), isBase64 ? 'base64' : 'utf8');
      read ??= { text: text(), isBase64, headers: headersOf(relative, apiOrigin) };
      return read;
    });
  }
  return paths;
}

/** Only kinds of files that we know how to serve. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => Object.hasOwn(CONTENT_TYPES, extname(name)));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}

/** `index.html` stands at `/`, `verify.html` at `/verify`, everything else under its own name. */
function pathOf(relative: string): string {
  return `/${relative.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`;
}

function headersOf(name: string, apiOrigin: string): Record<string, string> {
  const isPage = extname(name) === '.html';
  const isWidget = name.startsWith('widget/');
  return {
    'Content-Type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    'Cache-Control': VERSIONED.test(name)
      ? 'public, max-age=31536000, immutable'
      : isPage
        ? 'no-cache'
        : 'public, max-age=300',
    // A page of a creator's loads the widget with `crossorigin`, which its integrity hash needs.
    ...(isWidget && { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }),
    ...(isPage && pageHeaders(apiOrigin)),
  };
}

function pageHeaders(apiOrigin: string): Record<string, string> {
  const sockets = apiOrigin.replace(/^http/, 'ws');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${apiOrigin} ${sockets}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    // Links in mails carry a token in the address.
    'Referrer-Policy': 'no-referrer',
  };
}
