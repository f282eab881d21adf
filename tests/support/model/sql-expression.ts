import { parseSelect } from './sql-select.ts';
import type { TokenReader } from './sql-tokens.ts';
import { comparable, operate, toInteger } from './sql-values.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What an expression sees: the rows by their names, the parameters, the clock and the tables. */
export interface Scope {
  readonly rows: Readonly<Record<string, Row>>;
  readonly values: readonly unknown[];
  readonly now: Date;
  readonly table: (name: string) => readonly Row[];
}

export type Expression = (scope: Scope) => unknown;

const UNITS: Readonly<Record<string, number>> = {
  ...{ millisecond: 1, second: 1_000, seconds: 1_000, minute: 60_000, minutes: 60_000 },
  ...{ hour: 3_600_000, hours: 3_600_000, day: 86_400_000 },
};

const LEVELS: readonly (readonly string[])[] = [
  ['=', '<>', '<', '>', '<=', '>=', '@>'],
  ['||'],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

/** The part of Postgres' expressions that the document's life cycle uses, with its three-valued logic. */
export function parseExpression(reader: TokenReader): Expression {
  let left = parseAnd(reader);
  while (reader.take('or')) {
    const [a, b] = [left, parseAnd(reader)];
    left = (scope) => {
      const [x, y] = [a(scope), b(scope)];
      return x === true || y === true ? true : x === null || y === null ? null : false;
    };
  }
  return left;
}

function parseAnd(reader: TokenReader): Expression {
  let left = parseNot(reader);
  while (reader.take('and')) {
    const [a, b] = [left, parseNot(reader)];
    left = (scope) => {
      const x = a(scope);
      if (x === false) return false;
      const y = b(scope);
      return y === false ? false : x === null || y === null ? null : true;
    };
  }
  return left;
}

function parseNot(reader: TokenReader): Expression {
  if (!reader.take('not')) return parsePredicate(reader);
  const inner = parseNot(reader);
  return (scope) => {
    const value = inner(scope);
    return value === null ? null : !value;
  };
}

function parsePredicate(reader: TokenReader): Expression {
  const left = parseLevel(reader, 0);
  if (reader.take('is')) {
    const negated = reader.take('not');
    if (reader.take('distinct', 'from')) {
      const right = parseLevel(reader, 0);
      return (scope) => (comparable(left(scope)) !== comparable(right(scope))) !== negated;
    }
    reader.expect('null');
    return (scope) => ((left(scope) ?? null) === null) !== negated;
  }
  const negated = reader.peek().text === 'not' && reader.peek(1).text === 'in' && reader.take('not');
  if (reader.take('in')) {
    const options = parseList(reader);
    return (scope) => {
      const value = left(scope);
      if (value === null) return null;
      return options.some((option) => comparable(option(scope)) === comparable(value)) !== negated;
    };
  }
  if (reader.take('like')) {
    const pattern = parseLevel(reader, 0);
    return (scope) => String(left(scope)).includes(String(pattern(scope)).replaceAll('%', ''));
  }
  return left;
}

function parseLevel(reader: TokenReader, level: number): Expression {
  const signs = LEVELS[level];
  if (!signs) return parsePostfix(reader);
  let left = parseLevel(reader, level + 1);
  for (;;) {
    const sign = signs.find((candidate) => reader.take(candidate));
    if (!sign) return left;
    if (sign === '=' && reader.take('any')) {
      const [a, options] = [left, parseList(reader)[0]];
      left = (scope) => ((options?.(scope) ?? []) as unknown[]).some((option) => option === a(scope));
      continue;
    }
    const [a, b] = [left, parseLevel(reader, level + 1)];
    left = (scope) => operate(sign, a(scope), b(scope));
  }
}

function parsePostfix(reader: TokenReader): Expression {
  let inner = parsePrimary(reader);
  for (;;) {
    if (reader.take('::')) {
      const type = reader.name();
      while (reader.take('[') && reader.take(']'));
      const plain = inner;
      if (type === 'integer') inner = (scope) => toInteger(plain(scope));
    } else if (reader.take('collate')) reader.name();
    else if (reader.take('at', 'time', 'zone')) reader.next();
    else return inner;
  }
}

/** A parenthesised list of expressions. */
export function parseList(reader: TokenReader): Expression[] {
  reader.expect('(');
  const list: Expression[] = [];
  if (reader.take(')')) return list;
  do list.push(parseExpression(reader));
  while (reader.take(','));
  reader.expect(')');
  return list;
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.peek();
  if (reader.take('(')) return parseGroup(reader);
  if (reader.take('exists')) {
    reader.expect('(');
    const select = parseSelect(reader);
    reader.expect(')');
    return (scope) => select(scope).length > 0;
  }
  if (reader.take('case')) return parseCase(reader);
  if (reader.take('interval')) {
    const [count, unit] = reader.next().text.split(' ');
    const intervalMs = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
    return () => ({ intervalMs });
  }
  reader.next();
  if (token.kind === 'string') return () => token.text;
  if (token.kind === 'number') return () => Number(token.text);
  if (token.kind === 'parameter') return (scope) => scope.values[Number(token.text) - 1] ?? null;
  if (token.kind !== 'name') throw new Error(`the model does not know this expression: ${reader.rest()}`);
  if (token.text === 'null') return () => null;
  if (token.text === 'true' || token.text === 'false') return () => token.text === 'true';
  if (reader.peek().text === '(') return parseCall(reader, token.text);
  return parseColumn(reader, token.text);
}

function parseGroup(reader: TokenReader): Expression {
  if (reader.take('select')) {
    const select = parseSelect(reader, true);
    reader.expect(')');
    return (scope) => Object.values(select(scope)[0] ?? {})[0] ?? null;
  }
  const inner = parseExpression(reader);
  if (reader.take(')')) return inner;
  const parts = [inner];
  while (reader.take(',')) parts.push(parseExpression(reader));
  reader.expect(')');
  return (scope) => parts.map((part) => part(scope));
}

function parseCase(reader: TokenReader): Expression {
  const subject = reader.peek().text === 'when' ? undefined : parseExpression(reader);
  const branches: (readonly [Expression, Expression])[] = [];
  while (reader.take('when')) {
    const condition = parseExpression(reader);
    reader.expect('then');
    branches.push([condition, parseExpression(reader)]);
  }
  const otherwise = reader.take('else') ? parseExpression(reader) : () => null;
  reader.expect('end');
  return (scope) => {
    const wanted = subject ? subject(scope) : true;
    return (branches.find(([condition]) => condition(scope) === wanted)?.[1] ?? otherwise)(scope);
  };
}

function parseCall(reader: TokenReader, name: string): Expression {
  if (name === 'count') {
    reader.expect('(', '*', ')');
    return () => null; // The select counts its rows itself.
  }
  const list = parseList(reader);
  const known = (scope: Scope) => list.map((argument) => argument(scope) ?? null);
  const calls: Readonly<Record<string, (scope: Scope) => unknown>> = {
    now: (scope) => scope.now,
    coalesce: (scope) => known(scope).find((value) => value !== null) ?? null,
    greatest: (scope) => Math.max(...known(scope).map(Number)),
    least: (scope) => Math.min(...known(scope).map(Number)),
    lower: (scope) => String(known(scope)[0]).toLowerCase(),
    rpad: (scope) => {
      const [text, length, fill] = known(scope);
      return String(text).padEnd(Number(length), String(fill));
    },
    to_char: (scope) => (known(scope)[0] as Date).toISOString(),
    jsonb_build_array: known,
    jsonb_build_object: known,
  };
  const call = calls[name];
  if (!call) throw new Error(`the model does not know the function ${name}`);
  return call;
}

function parseColumn(reader: TokenReader, first: string): Expression {
  if (reader.take('.')) {
    const column = reader.name();
    return (scope) => {
      const row = scope.rows[first];
      if (!row) throw new Error(`the model does not know the table ${first}`);
      return row[column] ?? null;
    };
  }
  return (scope) => {
    for (const row of Object.values(scope.rows)) if (first in row) return row[first] ?? null;
    throw new Error(`the model does not know the column ${first}`);
  };
}
