import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { compactTable } from '../../../../infra/build/compact-table.ts';

function evaluate(source: string): unknown {
  const module = { exports: {} };
  new Function('module', source)(module);
  return module.exports;
}

test('the table of Redis commands is the same after it was made smaller', () => {
  const commands = createRequire(import.meta.url)('@ioredis/commands/built/commands.json');

  const source = compactTable(commands);

  expect(evaluate(source)).toEqual(commands);
  expect(source.length).toBeLessThan(JSON.stringify(commands).length / 2);
});

test('any value that JSON knows survives', () => {
  const table = { a: { n: null, b: true, t: 'x"y', list: [1, [2]], inner: { n: 1 } }, 'b c': {}, d: 7 };

  expect(evaluate(compactTable(table))).toEqual(table);
});
