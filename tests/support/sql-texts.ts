import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { PROJECT_ROOT } from './module-graph.ts';

export interface SqlText {
  readonly file: string;
  readonly line: number;
  /** With the file's constants put in where they are spliced. */
  readonly text: string;
  /** What is spliced into it besides the file's own constants. */
  readonly spliced: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const STATEMENT =
  /^\s*(?:with\s+(?:recursive\s+)?\w+\s+as\b|select\b[\s\S]*\bfrom\b|insert\s+into\b|update\s+(?:only\s+)?[\w.]+\s+(?:\w+\s+)?set\b|delete\s+from\b|merge\s+into\b|truncate\b|table\s+\w+\s*$|copy\b)/i;

/** Every statement of SQL in the sources, whether it stands in one piece or is put together of constants. */
export function readSqlTexts(): SqlText[] {
  const files = globSync('{functions,shared,infra}/**/*.ts', { cwd: PROJECT_ROOT }).filter(
    (file) => !file.endsWith('.d.ts'),
  );
  return files.flatMap((file) => textsOf(file.replaceAll('\\', '/'), readFileSync(join(PROJECT_ROOT, file), 'utf8')));
}

function textsOf(file: string, source: string): SqlText[] {
  const nodes = [...walk(parseAst(source, { lang: 'ts' }) as unknown as Node)];
  const constants = constantsOf(nodes);
  const spliced = new Set(nodes.flatMap((node) => (node.type === 'TemplateLiteral' ? identifiersIn(node) : [])));
  // A constant that is only ever a part of others is judged where they are.
  const parts = new Set([...constants].flatMap(([name, node]) => (spliced.has(name) ? [node] : [])));
  return nodes
    .filter((node) => isText(node) && !parts.has(node))
    .map((node) => ({ ...resolve(node, constants), file, line: source.slice(0, node.start).split('\n').length }))
    .filter(({ text }) => STATEMENT.test(text));
}

function* walk(node: unknown): Generator<Node> {
  if (Array.isArray(node)) for (const each of node) yield* walk(each);
  else if (typeof node === 'object' && node !== null) {
    if ('type' in node) yield node as Node;
    for (const value of Object.values(node)) yield* walk(value);
  }
}

const isText = (node: Node) =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');

function constantsOf(nodes: readonly Node[]): Map<string, Node> {
  const declared = nodes.filter((node) => node.type === 'VariableDeclarator');
  return new Map(
    declared.flatMap(({ id, init }) => {
      const [name, value] = [(id as Node).name, init as Node | null];
      return typeof name === 'string' && value && isText(value) ? [[name, value]] : [];
    }),
  );
}

const expressionsOf = (node: Node) => (node.expressions ?? []) as Node[];
const identifiersIn = (node: Node) =>
  expressionsOf(node).flatMap((each) => (each.type === 'Identifier' ? [String(each.name)] : []));

function resolve(node: Node, constants: ReadonlyMap<string, Node>): { text: string; spliced: string[] } {
  if (node.type === 'Literal') return { text: String(node.value), spliced: [] };
  const spliced: string[] = [];
  const quasis = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  const text = quasis.reduce((before, quasi, place) => {
    const expression = expressionsOf(node)[place - 1];
    const constant = expression?.type === 'Identifier' ? constants.get(String(expression.name)) : undefined;
    if (!constant) {
      spliced.push(nameOf(expression));
      return `${before} … ${quasi}`;
    }
    const inner = resolve(constant, constants);
    spliced.push(...inner.spliced);
    return before + inner.text + quasi;
  });
  return { text, spliced };
}

function nameOf(expression: Node | undefined): string {
  if (expression?.type === 'CallExpression') return `${nameOf(expression.callee as Node)}()`;
  return String(expression?.name ?? expression?.type);
}
