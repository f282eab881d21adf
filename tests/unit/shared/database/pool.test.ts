import { expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';

test('limits of time are asked for when a connection is opened', async () => {
  const pool = openPool('postgres://role@127.0.0.1:1/understudy');

  expect(pool.options).toMatchObject({ statement_timeout: 10_000, idle_in_transaction_session_timeout: 15_000 });
  await pool.end();
});

test('nothing is asked for where the server sets the limits: RDS Proxy would refuse the connection', async () => {
  const pool = openPool('postgres://role@127.0.0.1:1/understudy?sslmode=verify-full&timeouts=server');

  expect(pool.options).not.toHaveProperty('statement_timeout');
  expect(pool.options).not.toHaveProperty('idle_in_transaction_session_timeout');
  await pool.end();
});
