import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../support/module-graph.ts';
import { staleEdits } from '../../support/safety/faults/fault.ts';
import { FAULTS } from '../../support/safety/faults/list-faults.ts';

describe('the deliberate faults', () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))('can still be planted: %s', async (_, fault) => {
    expect(await staleEdits(PROJECT_ROOT, fault)).toEqual([]);
    expect(fault.tests.filter((file) => !existsSync(join(PROJECT_ROOT, file)))).toEqual([]);
    expect(fault.edits.filter(({ search, replace }) => search === replace)).toEqual([]);
  });

  test('stand in the table of docs/security.md, each with a test that is run for it', () => {
    const docs = readFileSync(join(PROJECT_ROOT, 'docs/security.md'), 'utf8');
    const missing = FAULTS.filter(({ name, tests }) => {
      const row = docs.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
      return !tests.some((file) => row.includes(basename(file)));
    });

    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('are refused when the code they are about has changed', async () => {
    const edit = { file: 'package.json', search: 'no such text', replace: '' };

    expect(await staleEdits(PROJECT_ROOT, { name: 'gone', edits: [edit], tests: [] })).toHaveLength(1);
  });
});
