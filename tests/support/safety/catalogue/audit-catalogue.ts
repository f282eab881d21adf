import type pg from 'pg';
import { FUNCTION_RULES } from './functions.ts';
import { GRANT_RULES } from './grants.ts';
import { KEY_RULES } from './keys.ts';
import { ROLE_RULES } from './roles.ts';
import { type CatalogueRule, RELATIONS } from './rule.ts';
import { TABLE_RULES } from './tables.ts';

export const CATALOGUE_RULES: readonly CatalogueRule[] = [
  ...TABLE_RULES,
  ...KEY_RULES,
  ...FUNCTION_RULES,
  ...ROLE_RULES,
  ...GRANT_RULES,
];

export interface CatalogueFinding {
  readonly rule: string;
  readonly what: string;
}

/** Holds every rule against the database as it is; no finding means that all of them hold. */
export async function auditCatalogue(db: pg.ClientBase): Promise<CatalogueFinding[]> {
  const findings: CatalogueFinding[] = [];
  for (const { name, findings: query, values = [] } of CATALOGUE_RULES) {
    const { rows } = await db.query<[string]>({ text: `${RELATIONS} ${query}`, values: [...values], rowMode: 'array' });
    findings.push(...rows.map(([what]) => ({ rule: name, what })));
  }
  return findings;
}

/** How many relations and functions the rules looked at: a check that reads nothing finds nothing. */
export async function countExamined(db: pg.ClientBase): Promise<{ tables: number; functions: number }> {
  const { rows } = await db.query(`${RELATIONS}
    select (select count(*)::int from tenant) as tables,
      (select count(*)::int from pg_proc where pronamespace = 'lookup'::regnamespace) as functions`);
  return rows[0] as { tables: number; functions: number };
}
