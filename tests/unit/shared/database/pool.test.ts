import type pg from 'pg';
import { expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { asApiError } from '../../../../shared/errors/error-envelope.ts';

test('limits of time are asked for when a connection is opened', async () => {
  const pool = openPool('postgres://role@127.0.0.1:1/understudy');

  expect(pool.options).toMatchObject({ statement_timeout: 5_000, idle_in_transaction_session_timeout: 15_000 });
  expect(pool.options.query_timeout).toBeGreaterThan(5_000);
  await pool.end();
});

test('nothing is asked for where the server sets the limits: RDS Proxy would refuse the connection', async () => {
  const pool = openPool('postgres://role@127.0.0.1:1/understudy?sslmode=verify-full&timeouts=server');

  expect(pool.options).not.toHaveProperty('statement_timeout');
  expect(pool.options).not.toHaveProperty('idle_in_transaction_session_timeout');
  await pool.end();
});

test.each([
  ['borrowed', (pool: pg.Pool) => pool.connect()],
  ['asked', (pool: pg.Pool) => pool.query('select 1')],
])('a database that cannot be reached answers as unavailable when it is %s', async (_how, use) => {
  const pool = openPool('postgres://role@127.0.0.1:1/understudy');

  const error = await use(pool).catch(asApiError);

  expect(error).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', headers: { 'Retry-After': '5' } });
  expect(error).toHaveProperty('cause.cause.code', 'ECONNREFUSED');
  await pool.end();
});

test.each([
  ['a statement went over its time', Object.assign(new Error('canceling statement'), { code: '57014' }), 503],
  ['the server starts', Object.assign(new Error('the database system is starting up'), { code: '57P03' }), 503],
  ['the server says nothing', new Error('Query read timeout'), 503],
  ['the connection ended', new Error('Connection terminated unexpectedly'), 503],
  ['the socket was reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 503],
  ['a constraint is violated', Object.assign(new Error('duplicate key'), { code: '23505' }), 500],
  ['the statement is wrong', Object.assign(new Error('syntax error'), { code: '42601' }), 500],
  ['our own code is at fault', new TypeError('undefined is not a function'), 500],
])('when %s, the answer tells whose fault it is', (_what, error, status) => {
  expect(asApiError(error).status).toBe(status);
});
