import type { Method, Route } from './route.ts';

export type Match<Use> =
  | { readonly kind: 'found'; readonly route: Route<Use>; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly Method[] }
  | { readonly kind: 'unknown' };

export type RouteTable<Use> = (method: string, path: string) => Match<Use>;

/** @throws Error at start when two routes claim the same method and path */
export function routeTable<Use>(routes: readonly Route<Use>[]): RouteTable<Use> {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  const seen = new Set<string>();
  for (const { route, segments } of compiled) {
    const shape = `${route.method} ${segments.map((segment) => (isParameter(segment) ? '{}' : segment)).join('/')}`;
    if (seen.has(shape)) throw new Error(`two routes claim ${shape}`);
    seen.add(shape);
  }
  // Literal paths win over parameters: `/sessions` before `/{id}`.
  compiled.sort((a, b) => parameterCount(a.segments) - parameterCount(b.segments));

  return (method, path) => {
    const actual = path.split('/');
    const allowed: Method[] = [];
    for (const { route, segments } of compiled) {
      const params = matchSegments(segments, actual);
      if (!params) continue;
      if (route.method === method) return { kind: 'found', route, params };
      allowed.push(route.method);
    }
    return allowed.length > 0 ? { kind: 'wrong-method', allowed: [...new Set(allowed)] } : { kind: 'unknown' };
  };
}

const isParameter = (segment: string) => segment.startsWith('{');
const parameterCount = (segments: readonly string[]) => segments.filter(isParameter).length;

function matchSegments(wanted: readonly string[], actual: readonly string[]): Record<string, string> | undefined {
  if (wanted.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = actual[index] ?? '';
    if (!isParameter(segment)) {
      if (segment !== value) return undefined;
      continue;
    }
    const decoded = decodeSegment(value);
    if (decoded === undefined || decoded === '') return undefined;
    params[segment.slice(1, -1)] = decoded;
  }
  return params;
}

function decodeSegment(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
