import { expect, test } from 'vitest';
import * as z from 'zod';
import { ValidationError } from '../../../../shared/errors/validation-error.ts';

const Body = z.strictObject({ name: z.string().min(1).max(3), theme: z.strictObject({ radius: z.int() }).optional() });

function fieldsOf(body: unknown): unknown {
  const { error } = Body.safeParse(body);
  return error && ValidationError.fromZod(error).details.fields;
}

test('a field that is not known is told by its path', () => {
  expect(fieldsOf({ name: 'a', nonsense: 1, theme: { radius: 1, css: '' } })).toEqual([
    { path: 'theme.css', message: 'Not known here.' },
    { path: 'nonsense', message: 'Not known here.' },
  ]);
});

test('of very many that are not known the first twenty are told', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field${n}`, n]));

  expect(fieldsOf({ name: 'a', ...many })).toHaveLength(20);
});

test('a field that breaks more than one rule is told once, and what is no object by the empty path', () => {
  expect(fieldsOf({ name: 7 })).toMatchObject([{ path: 'name' }]);
  expect(fieldsOf([])).toMatchObject([{ path: '' }]);
});
