import { type Expression, parseExpression, type Row, type Scope } from './sql-expression.ts';
import type { TokenReader } from './sql-tokens.ts';

/** What a select or `returning` gives of each row. */
export type Projection = readonly (readonly [string, Expression])[] | 'all';

/** Behind `select`, which stands before it unless `isTaken`. */
export function parseSelect(reader: TokenReader, isTaken = false): (scope: Scope) => readonly Row[] {
  if (!isTaken) reader.expect('select');
  const counts = reader.peek().text === 'count';
  const projection = parseProjection(reader);
  const source = reader.take('from') ? parseSource(reader) : undefined;
  const where = reader.take('where') ? parseExpression(reader) : undefined;
  const order = reader.take('order', 'by') ? parseOrder(reader) : [];
  const limit = reader.take('limit') ? parseExpression(reader) : undefined;
  return (scope) => {
    const candidates = source ? source(scope) : [scope];
    let found = candidates.filter((candidate) => !where || where(candidate) === true);
    if (counts) return [{ count: found.length }];
    for (const key of [...order].reverse()) {
      found = [...found].sort((a, b) => (String(key(a)) < String(key(b)) ? -1 : 1));
    }
    return found.slice(0, limit ? Number(limit(scope)) : undefined).map((row) => project(projection, row));
  };
}

export function parseProjection(reader: TokenReader): Projection {
  if (reader.take('*')) return 'all';
  reader.take('distinct');
  const list: (readonly [string, Expression])[] = [];
  if (reader.peek().text === 'from') return list;
  do {
    const [first, dot, second] = [reader.peek(), reader.peek(1), reader.peek(2)];
    const expression = parseExpression(reader);
    const plain = dot.text === '.' ? second.text : first.text;
    list.push([reader.take('as') ? reader.name() : plain, expression]);
  } while (reader.take(','));
  return list;
}

export function project(projection: Projection, scope: Scope): Row {
  if (projection === 'all') return Object.assign({}, ...Object.values(scope.rows));
  return Object.fromEntries(projection.map(([name, expression]) => [name, expression(scope)]));
}

function parseOrder(reader: TokenReader): Expression[] {
  const keys: Expression[] = [];
  do {
    keys.push(parseExpression(reader));
    reader.take('desc');
  } while (reader.take(','));
  return keys;
}

export function parseSource(reader: TokenReader): (scope: Scope) => Scope[] {
  const [table, alias] = parseTable(reader);
  let rows = (scope: Scope) =>
    scope.table(table).map((row) => ({ ...scope, rows: { [alias]: row, ...without(scope.rows, alias) } }));
  for (;;) {
    const isOuter = reader.take('left', 'join');
    if (!isOuter && !reader.take('join')) return rows;
    const [joined, name] = parseTable(reader);
    reader.expect('on');
    const on = parseExpression(reader);
    const before = rows;
    rows = (scope) =>
      before(scope).flatMap((left) => {
        const pairs = scope.table(joined).map((row) => ({ ...left, rows: { ...left.rows, [name]: row } }));
        const matching = pairs.filter((pair) => on(pair) === true);
        return matching.length > 0 || !isOuter ? matching : [{ ...left, rows: { ...left.rows, [name]: {} } }];
      });
  }
}

const without = (rows: Scope['rows'], name: string) =>
  Object.fromEntries(Object.entries(rows).filter(([key]) => key !== name));

const FOLLOWING = new Set(['where', 'set', 'join', 'left', 'on', 'order', 'limit', 'returning', 'values', 'select']);

export function parseTable(reader: TokenReader): readonly [string, string] {
  const table = reader.name();
  reader.take('as');
  const token = reader.peek();
  const hasAlias = token.kind === 'name' && !FOLLOWING.has(token.text);
  return [table, hasAlias ? reader.name() : table];
}
