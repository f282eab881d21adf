import { type Expression, parseExpression, parseList, type Row, type Scope } from './sql-expression.ts';
import { TokenReader } from './sql-tokens.ts';

/** Tables by name. A row is never changed, only replaced, so that a copy of the lists is a copy of everything. */
export type Tables = Map<string, readonly Row[]>;

export interface Schema {
  readonly defaults: (now: Date) => Row;
  readonly key: readonly string[];
}

export interface Execution {
  readonly tables: Tables;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly values: readonly unknown[];
  readonly now: Date;
}

export type Statement = (execution: Execution) => readonly Row[];

type Projection = readonly (readonly [string, Expression])[] | 'all';

/** @throws Error for what this dialect does not have: a new form in the life cycle is to be taught here */
export function parseStatement(sql: string): Statement {
  const reader = new TokenReader(sql);
  const parse = { select: parseQuery, insert: parseInsert, update: parseUpdate, delete: parseDelete };
  const kind = reader.name() as keyof typeof parse;
  if (!parse[kind]) throw new Error(`the model does not know the statement ${kind}`);
  const statement = parse[kind](reader);
  if (reader.peek().kind !== 'end') throw new Error(`the model does not know what follows: ${reader.rest()}`);
  return statement;
}

const scopeOf = ({ tables, values, now }: Execution, rows: Scope['rows']): Scope => ({
  ...{ rows, values, now },
  table: (name) => tables.get(name) ?? [],
});

function parseQuery(reader: TokenReader): Statement {
  const select = parseSelect(reader, true);
  return (execution) => select(scopeOf(execution, {}));
}

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

function parseProjection(reader: TokenReader): Projection {
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

function project(projection: Projection, scope: Scope): Row {
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

function parseSource(reader: TokenReader): (scope: Scope) => Scope[] {
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

function parseTable(reader: TokenReader): readonly [string, string] {
  const table = reader.name();
  reader.take('as');
  const token = reader.peek();
  const hasAlias = token.kind === 'name' && !FOLLOWING.has(token.text);
  return [table, hasAlias ? reader.name() : table];
}

function parseReturning(reader: TokenReader): Projection {
  return reader.take('returning') ? parseProjection(reader) : [];
}

function parseSet(reader: TokenReader): (readonly [string, Expression])[] {
  const changes: (readonly [string, Expression])[] = [];
  do {
    const column = reader.name();
    reader.expect('=');
    changes.push([column, parseExpression(reader)]);
  } while (reader.take(','));
  return changes;
}

function changed(row: Row, changes: readonly (readonly [string, Expression])[], scope: Scope): Row {
  const values = changes.map(([column, expression]) => [column, expression(scope)]);
  return { ...row, updated_at: scope.now, ...Object.fromEntries(values) };
}

function parseUpdate(reader: TokenReader): Statement {
  const [table, alias] = parseTable(reader);
  reader.expect('set');
  const changes = parseSet(reader);
  const where = reader.take('where') ? parseExpression(reader) : () => true;
  const returning = parseReturning(reader);
  return (execution) => {
    const touched: Row[] = [];
    const rows = (execution.tables.get(table) ?? []).map((row) => {
      const scope = scopeOf(execution, { [alias]: row });
      if (where(scope) !== true) return row;
      const next = changed(row, changes, scope);
      touched.push(project(returning, scopeOf(execution, { [alias]: next })));
      return next;
    });
    execution.tables.set(table, rows);
    return touched;
  };
}

function parseDelete(reader: TokenReader): Statement {
  reader.expect('from');
  const [table, alias] = parseTable(reader);
  const where = reader.take('where') ? parseExpression(reader) : () => true;
  const returning = parseReturning(reader);
  return (execution) => {
    const all = execution.tables.get(table) ?? [];
    const gone = all.filter((row) => where(scopeOf(execution, { [alias]: row })) === true);
    const kept = all.filter((row) => !gone.includes(row));
    execution.tables.set(table, kept);
    if (table === 'documents') cascade(execution.tables, gone);
    return gone.map((row) => project(returning, scopeOf(execution, { [alias]: row })));
  };
}

/** The foreign keys of chunks and vector_sets: `on delete cascade`. */
function cascade(tables: Tables, gone: readonly Row[]): void {
  const ids = new Set(gone.map((row) => row.id));
  for (const child of ['chunks', 'vector_sets']) {
    tables.set(
      child,
      (tables.get(child) ?? []).filter((row) => !ids.has(row.document_id)),
    );
  }
}

function parseInsert(reader: TokenReader): Statement {
  reader.expect('into');
  const [table, alias] = parseTable(reader);
  const columns = parseNames(reader);
  const values = reader.take('values') ? parseList(reader) : undefined;
  const rows = values ? undefined : parseInsertedSelect(reader);
  const conflict = parseConflict(reader);
  const returning = parseReturning(reader);
  return (execution) => {
    const schema = execution.schemas[table];
    if (!schema) throw new Error(`the model does not know the table ${table}`);
    const scope = scopeOf(execution, {});
    const lists = values ? [values.map((value) => value(scope))] : (rows?.(scope) ?? []);
    return lists.flatMap((list) => {
      const given = Object.fromEntries(columns.map((column, place) => [column, list[place]]));
      const row = { ...schema.defaults(execution.now), ...given };
      return insertRow(execution, { table, alias, schema, row, conflict, returning });
    });
  };
}

interface Conflict {
  readonly changes: readonly (readonly [string, Expression])[];
  readonly where: Expression | undefined;
}

function insertRow(
  execution: Execution,
  inserting: {
    table: string;
    alias: string;
    schema: Schema;
    row: Row;
    conflict: Conflict | undefined;
    returning: Projection;
  },
): Row[] {
  const { table, alias, schema, row, conflict, returning } = inserting;
  const all = execution.tables.get(table) ?? [];
  const same = all.find((other) => schema.key.every((column) => other[column] === row[column]));
  if (!same) {
    execution.tables.set(table, [...all, row]);
    return [project(returning, scopeOf(execution, { [alias]: row }))];
  }
  if (!conflict) throw new Error(`duplicate key in ${table}`);
  const scope = scopeOf(execution, { [alias]: same, excluded: row });
  if (conflict.changes.length === 0 || (conflict.where && conflict.where(scope) !== true)) return [];
  const next = changed(same, conflict.changes, scope);
  execution.tables.set(
    table,
    all.map((other) => (other === same ? next : other)),
  );
  return [project(returning, scopeOf(execution, { [alias]: next }))];
}

function parseNames(reader: TokenReader): string[] {
  reader.expect('(');
  const names: string[] = [];
  do names.push(reader.name());
  while (reader.take(','));
  reader.expect(')');
  return names;
}

function parseConflict(reader: TokenReader): Conflict | undefined {
  if (!reader.take('on', 'conflict')) return undefined;
  parseNames(reader);
  if (reader.take('do', 'nothing')) return { changes: [], where: undefined };
  reader.expect('do', 'update', 'set');
  const changes = parseSet(reader);
  return { changes, where: reader.take('where') ? parseExpression(reader) : undefined };
}

/** `select … from jsonb_to_recordset($n::jsonb) as r (…)`, or from a table. */
function parseInsertedSelect(reader: TokenReader): (scope: Scope) => unknown[][] {
  reader.expect('select');
  const projection = parseProjection(reader) as readonly (readonly [string, Expression])[];
  reader.expect('from');
  const of = (scope: Scope) => projection.map(([, expression]) => expression(scope));
  if (reader.peek().text !== 'jsonb_to_recordset') {
    const source = parseSource(reader);
    const where = reader.take('where') ? parseExpression(reader) : () => true;
    return (scope) =>
      source(scope)
        .filter((row) => where(row) === true)
        .map(of);
  }
  reader.name();
  const [json] = parseList(reader);
  reader.expect('as');
  const alias = reader.name();
  while (reader.next().text !== ')');
  return (scope) => (JSON.parse(String(json?.(scope))) as Row[]).map((row) => of({ ...scope, rows: { [alias]: row } }));
}
