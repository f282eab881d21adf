import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/module-graph.ts';

const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));

test('every dependency is imported by the sources, not by tests alone', () => {
  const sources = globSync('{functions,infra,layers,shared,web}/**/*.{ts,tsx,mjs}', { cwd: PROJECT_ROOT }).map((file) =>
    readFileSync(join(PROJECT_ROOT, file), 'utf8'),
  );
  const isImported = (name: string) =>
    sources.some((source) => source.includes(`'${name}'`) || source.includes(`'${name}/`));

  const unused = Object.keys(dependencies).filter((name) => !isImported(name));

  expect(sources.length).toBeGreaterThan(600);
  expect(unused).toEqual([]);
});
