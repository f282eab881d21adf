import type { Fault } from './fault.ts';

const TENANT_DATABASE = 'shared/database/tenant-database.ts';
const CATALOGUE = 'tests/integration/safety/a1-catalogue.test.ts';
const ACROSS = 'tests/integration/safety/a2-cross-tenant-sql.test.ts';
const POOL = 'tests/integration/safety/a3-pool-soak.test.ts';
const TRANSACTIONS = 'tests/integration/shared/database/tenant-database.test.ts';

/** What keeps creators apart in Postgres, taken away piece by piece. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'a table has no policy and no row level security',
    edits: [
      {
        file: 'migrations/0004_widgets.sql',
        search: "call app.isolate_table('widgets');",
        replace: '',
      },
    ],
    tests: [CATALOGUE, ACROSS],
  },
  {
    name: 'the policy lets everybody’s rows be read',
    edits: [
      {
        file: 'migrations/0001_roles.sql',
        search: 'authenticated_user using (creator_id = %s) with check (creator_id = %s)',
        replace: 'authenticated_user using (true or creator_id = %s) with check (creator_id = %s)',
      },
    ],
    tests: [CATALOGUE, ACROSS],
  },
  {
    name: 'row level security is not forced',
    edits: [
      {
        file: 'migrations/0001_roles.sql',
        search: "  execute format('alter table %s force row level security', target);\n",
        replace: '',
      },
    ],
    tests: [CATALOGUE],
  },
  {
    name: 'the tenant is set for the session, not for the transaction',
    edits: [
      {
        file: 'migrations/0001_roles.sql',
        search: "set_config('app.current_creator_id', creator::text, true)",
        replace: "set_config('app.current_creator_id', creator::text, false)",
      },
    ],
    tests: [TRANSACTIONS, POOL],
  },
  {
    name: 'a connection goes back to the pool inside its transaction',
    edits: [
      {
        file: TENANT_DATABASE,
        search: "client.release(broken !== undefined || client.getTransactionStatus() !== 'I');",
        replace: 'client.release();',
      },
      { file: TENANT_DATABASE, search: "    await client.query('rollback').catch(() => {});\n", replace: '' },
    ],
    tests: [TRANSACTIONS, POOL],
  },
];
