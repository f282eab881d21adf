import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditCatalogue, CATALOGUE_RULES, countExamined } from '../../support/safety/catalogue/audit-catalogue.ts';
import { MISTAKES, NEW_TABLE } from '../../support/safety/catalogue/mistakes.ts';
import { tellFigure } from '../../support/safety/figures.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.migrationUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

describe('A1: the catalogue', () => {
  test('holds every rule of tenancy, on every table, function, role and grant', async () => {
    const findings = await auditCatalogue(owner);
    const examined = await countExamined(owner);

    tellFigure('A1', `${examined.tables} tables, ${CATALOGUE_RULES.length} rules`, '0 findings', `${findings.length}`);
    expect(findings).toEqual([]);
    expect(examined.tables).toBeGreaterThanOrEqual(19);
    expect(examined.functions).toBeGreaterThanOrEqual(10);
  });

  test.each(MISTAKES)('shows where it breaks: %s', async (rule, migration) => {
    await owner.query('begin');
    try {
      await owner.query(migration);

      const findings = await auditCatalogue(owner);

      expect(findings.map((finding) => finding.rule)).toContain(rule);
    } finally {
      await owner.query('rollback');
    }
  });

  test('accepts a new table that keeps the conventions', async () => {
    await owner.query('begin');
    try {
      await owner.query(NEW_TABLE);

      expect(await auditCatalogue(owner)).toEqual([]);
    } finally {
      await owner.query('rollback');
    }
  });
});
