import type { APIGatewayProxyResult } from 'aws-lambda';
import { currentScope } from '../observability/request-scope.ts';

/**
 * `console`: only the creator console's own origin. `widgets`: the pre-flight is answered for everybody, because
 * which origins may call follows from the widget, and only the request itself names it; its route then sets the
 * exact origin with `allowOrigin`.
 */
export type CorsPolicy = { readonly kind: 'console'; readonly origin: string } | { readonly kind: 'widgets' };

const ALLOWED = {
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, X-Request-ID',
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
  'Access-Control-Max-Age': '600',
};

const EXPOSED_HEADERS = 'X-Request-ID, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset';

/** The answer to OPTIONS: 204 for everybody, with what the policy lets this origin do. */
export function preflight(policy: CorsPolicy, origin: string | undefined): APIGatewayProxyResult {
  if (policy.kind === 'widgets') {
    return { statusCode: 204, headers: { ...ALLOWED, 'Access-Control-Allow-Origin': '*' }, body: '' };
  }
  const allowed = origin === policy.origin;
  return { statusCode: 204, headers: allowed ? { ...ALLOWED, ...allowOrigin(policy.origin) } : {}, body: '' };
}

/** Headers that let exactly this origin read the answer. */
export function allowOrigin(origin: string): Record<string, string> {
  return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin', 'Access-Control-Expose-Headers': EXPOSED_HEADERS };
}

/** From here on this origin may read the running request's answer, be it an error. */
export function admitOrigin(origin: string): void {
  const scope = currentScope();
  if (!scope) return;
  scope.mayPageRead = true;
  scope.responseHeaders = allowOrigin(origin);
}

/** The page may not read the running request's answer, and nobody need ask again. */
export function refuseOrigin(): void {
  const scope = currentScope();
  if (scope) scope.mayPageRead = false;
}

/** From here on every page may read the running request's answer: it says nothing that concerns anybody. */
export function admitEveryOrigin(): void {
  const scope = currentScope();
  if (!scope) return;
  scope.mayPageRead = true;
  scope.responseHeaders = { 'Access-Control-Allow-Origin': '*' };
}

/** What an answer says about origins unless the running request has decided otherwise (`admitOrigin`). */
export function corsHeaders(policy: CorsPolicy, origin: string | undefined): Record<string, string> {
  if (policy.kind === 'console' && origin === policy.origin) return allowOrigin(policy.origin);
  return { Vary: 'Origin' };
}
