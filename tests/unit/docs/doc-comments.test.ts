import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { PROJECT_ROOT } from '../../support/module-graph.ts';

interface Statement {
  readonly type: string;
  readonly start: number;
  readonly declaration?: { readonly type: string; readonly start: number } | null;
}

const VALUES = ['FunctionDeclaration', 'ClassDeclaration', 'VariableDeclaration'];

test('every exported function, class and constant of shared/ and of the gateways says what it guarantees', () => {
  const files = globSync('{shared,functions/*/gateways}/**/*.ts', { cwd: PROJECT_ROOT });
  const exported = files
    .filter((file) => !file.endsWith('.d.ts'))
    .flatMap((file) => exportedValues(file, readFileSync(join(PROJECT_ROOT, file), 'utf8')));

  const silent = exported.filter(({ before }) => !before.endsWith('*/')).map(({ place }) => place);

  expect(exported.length).toBeGreaterThan(300);
  expect(silent).toEqual([]);
});

function exportedValues(file: string, source: string): { readonly place: string; readonly before: string }[] {
  const { body } = parseAst(source, { lang: 'ts' }) as unknown as { readonly body: readonly Statement[] };
  return body
    .filter(({ type, declaration }) => type === 'ExportNamedDeclaration' && VALUES.includes(declaration?.type ?? ''))
    .map(({ start }) => ({
      place: `${file}:${source.slice(0, start).split('\n').length}`,
      before: source.slice(0, start).trimEnd(),
    }));
}
