import type { IncomingMessage, ServerResponse } from 'node:http';

/** A rule of a bucket's CORS configuration, in CloudFormation's names. */
export interface CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** Sets the headers that let a page of an allowed origin see the answer; without a matching rule it sets none. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  rules: readonly CorsRule[],
  method: string,
): CorsRule | undefined {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  const rule = rules.find(
    (candidate) =>
      candidate.AllowedMethods.includes(method) && candidate.AllowedOrigins.some((pattern) => fits(pattern, origin)),
  );
  response.setHeader('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
  if (rule === undefined) return undefined;
  response.setHeader('Access-Control-Allow-Origin', rule.AllowedOrigins.includes('*') ? '*' : origin);
  if (rule.ExposedHeaders?.length) response.setHeader('Access-Control-Expose-Headers', rule.ExposedHeaders.join(', '));
  return rule;
}

/** Answers `OPTIONS` as S3 does: 200 with what is allowed, or 403. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, rules: readonly CorsRule[]): void {
  const method = request.headers['access-control-request-method'] ?? '';
  const rule = allowOrigin(request, response, rules, method);
  const wanted = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const allowed = rule?.AllowedHeaders ?? [];
  const refused = wanted.some((name) => !allowed.some((pattern) => fits(pattern.toLowerCase(), name)));
  if (rule === undefined || refused) {
    response.removeHeader('Access-Control-Allow-Origin');
    response.writeHead(403).end();
    return;
  }
  response.setHeader('Access-Control-Allow-Methods', rule.AllowedMethods.join(', '));
  if (wanted.length > 0) response.setHeader('Access-Control-Allow-Headers', wanted.join(', '));
  if (rule.MaxAge !== undefined) response.setHeader('Access-Control-Max-Age', String(rule.MaxAge));
  response.writeHead(200).end();
}

// S3 allows one `*` in a pattern.
function fits(pattern: string, value: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === value;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
