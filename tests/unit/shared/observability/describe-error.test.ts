import { expect, test } from 'vitest';
import * as z from 'zod';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { describeError } from '../../../../shared/observability/describe-error.ts';

const SECRET = 'maria.planted@example.org';
const told = (error: unknown) => JSON.stringify(describeError(error));

function parseFailure(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

test.each([
  [
    'Postgres’ row in detail',
    Object.assign(new Error('new row violates check'), { detail: `Failing row (${SECRET})` }),
  ],
  ['a value that Postgres quotes', new Error(`invalid input syntax for type uuid: "${SECRET}"`)],
  ['ioredis’ command', Object.assign(new Error('WRONGTYPE'), { command: { name: 'xadd', args: [SECRET] } })],
  ['JSON that does not parse', parseFailure(`{"name": ${SECRET}`)],
  ['JSON that breaks off', parseFailure(`"${SECRET}`)],
  ['zod’s issue', z.object({ a: z.literal('b') }).safeParse({ a: SECRET }).error],
  ['an address outside of quotes', new Error(`no mailbox for ${SECRET} here`)],
  ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error(`'${SECRET}'`) }) })],
  ['something that is no error', `"${SECRET}"`],
])('does not tell %s', (_, error) => {
  expect(told(error)).not.toContain(SECRET);
});

test('tells what helps: name, code, constraint, places of zod’s issues, where it was thrown, and our own words', () => {
  const refused = Object.assign(new Error('duplicate key'), {
    code: '23505',
    constraint: 'widgets_pk',
    table: 'widgets',
  });
  const issues = z.object({ a: z.object({ b: z.string() }) }).safeParse({ a: { b: 1 } }).error;

  expect(describeError(refused)).toMatchObject({ name: 'Error', code: '23505', constraint: 'widgets_pk' });
  expect(describeError(refused).stack).toContain('describe-error.test.ts');
  expect(describeError(issues).message).toBe('a.b: invalid_type');
  expect(describeError(new APIError('NOT_FOUND', 'There is no "such" thing.')).message).toBe(
    'There is no "such" thing.',
  );
});

test('an endless chain of causes ends', () => {
  const error = new Error('round');
  error.cause = error;

  expect(told(error).match(/round/g)?.length).toBe(5);
});
