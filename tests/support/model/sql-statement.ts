import { type Expression, parseExpression, parseList, type Row, type Scope } from './sql-expression.ts';
import { type Projection, parseProjection, parseSelect, parseSource, parseTable, project } from './sql-select.ts';
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
