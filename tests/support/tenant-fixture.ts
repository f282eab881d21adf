import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './test-database.ts';

export interface TenantFixture {
  readonly creatorId: string;
  readonly widgetId: string;
}

/** A creator with one widget, written past the services by the role that owns the tables. */
export async function makeTenant(
  database: TestDatabase,
  widget: { readonly origins?: readonly string[]; readonly enabled?: boolean } = {},
): Promise<TenantFixture> {
  const creatorId = randomUUID();
  const widgetId = randomUUID();
  const client = new pg.Client({ connectionString: database.migrationUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('grant authenticated_user to current_user');
    await client.query("select set_config('app.current_creator_id', $1, true)", [creatorId]);
    await client.query(
      `insert into creators (id, email, display_name, status, password_hash, pepper_version, verified_at)
       values ($1, $2, 'Test', 'active', 'none', 1, now())`,
      [creatorId, `${creatorId}@example.test`],
    );
    await client.query(
      `insert into widgets (creator_id, id, name, allowed_origins, greeting, suggested_questions, instructions,
         locale, theme, enabled)
       values ($1, $2, 'Test', $3, 'Hello', '{}', 'Be kind.', 'en', '{}', $4)`,
      [creatorId, widgetId, widget.origins ?? ['https://site.example'], widget.enabled ?? true],
    );
    await client.query('commit');
  } finally {
    await client.end();
  }
  return { creatorId, widgetId };
}
