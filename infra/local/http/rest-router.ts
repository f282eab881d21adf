import type { RestRoute } from '../template/stack-model.ts';

export interface RestMatch {
  readonly route: RestRoute;
  readonly pathParameters: Record<string, string> | null;
}

export type RestRouter = (method: string, path: string) => RestMatch | undefined;

interface Node {
  readonly children: Map<string, Node>;
  /** Method → route. */
  readonly routes: Map<string, RestRoute>;
}

const newNode = (): Node => ({ children: new Map(), routes: new Map() });

/** Finds the method of a path as API Gateway does: a literal part wins over `{name}`, and that over `{name+}`. */
export function restRouter(routes: readonly RestRoute[]): RestRouter {
  const root = newNode();
  for (const route of routes) {
    let node = root;
    for (const part of partsOf(route.resource)) {
      const next = node.children.get(part) ?? newNode();
      node.children.set(part, next);
      node = next;
    }
    node.routes.set(route.method, route);
  }
  return (method, path) => find(root, partsOf(path), method, {});
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '');

function find(
  node: Node,
  parts: readonly string[],
  method: string,
  params: Record<string, string>,
): RestMatch | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) {
    const route = node.routes.get(method) ?? node.routes.get('ANY');
    return route && { route, pathParameters: Object.keys(params).length > 0 ? params : null };
  }
  const literal = node.children.get(part);
  const found = literal && find(literal, rest, method, params);
  if (found) return found;
  for (const [pattern, child] of node.children) {
    if (!pattern.startsWith('{')) continue;
    const greedy = pattern.endsWith('+}');
    const name = pattern.slice(1, greedy ? -2 : -1);
    const match = greedy
      ? find(child, [], method, { ...params, [name]: parts.join('/') })
      : find(child, rest, method, { ...params, [name]: part });
    if (match) return match;
  }
  return undefined;
}
