import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/module-graph.ts';
import { tellFigure } from '../support/safety/figures.ts';
import { readSqlTexts, type SqlText } from '../support/sql-texts.ts';

/** Tables that a migration put under tenant isolation. */
const TABLES = globSync('migrations/*.sql', { cwd: PROJECT_ROOT })
  .map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8'))
  .flatMap((sql) => [...sql.matchAll(/call app\.isolate_table\('(\w+)'\)/g)].map(([, name = '']) => name));

const REFERENCE = new RegExp(
  `\\b(?:from|join|into|update|using|only)\\s+(?:only\\s+)?(?:public\\.)?(${TABLES.join('|')})\\b`,
  'gi',
);
/** What else may be spliced into a statement: each makes SQL of nothing but literals of our own. */
const KNOWN_SPLICES = [
  'shared/lifecycles/document/ chunkSetting()',
  'functions/ai/repositories/reconciliations.ts rest',
];
const isKnown = (file: string, name: string) =>
  // An imported constant, by the convention of names.
  /^[A-Z][A-Z_]+$/.test(name) ||
  KNOWN_SPLICES.some((known) => `${file} ${name}`.startsWith(known.split(' ')[0] ?? '') && known.endsWith(` ${name}`));

const touched = ({ text }: SqlText) => [...new Set([...text.matchAll(REFERENCE)].map(([, name = '']) => name))];
const place = ({ file, line }: SqlText) => `${file}:${line}`;

/** Bound to the tenant where rows are chosen, and told whose a new row is. */
function namesTenant({ text }: SqlText): boolean {
  const chooses = /creator_id\s*=|=\s*(?:\w+\.)?creator_id|\((?:\w+\.)?creator_id,|using\s*\(\s*creator_id/i.test(text);
  const adds = /insert\s+into\s+\w+\s*(?:as\s+\w+\s*)?\([^)]*\bcreator_id\b/i.test(text);
  // The creator itself: its creator_id follows from its id.
  const isCreator = /^\s*insert\s+into\s+creators\s*\(\s*id\b/i.test(text);
  return chooses || adds || isCreator;
}

describe('statements of SQL', () => {
  const texts = readSqlTexts();

  test('name creator_id wherever they touch a table of tenants', () => {
    const onTenants = texts.filter((text) => touched(text).length > 0);
    const careless = onTenants.filter((text) => !namesTenant(text));

    tellFigure(
      'T1',
      `${onTenants.length} statements on ${TABLES.length} tables name creator_id`,
      'all',
      `${onTenants.length - careless.length}`,
    );
    expect(careless.map(place)).toEqual([]);
    expect(onTenants.length).toBeGreaterThan(60);
    expect(TABLES.length).toBeGreaterThanOrEqual(19);
  });

  test('take values by parameters only: what is spliced into them is constant', () => {
    const spliced = texts.flatMap((text) =>
      text.spliced.filter((name) => !isKnown(text.file, name)).map((name) => `${place(text)} ${name}`),
    );

    expect(spliced).toEqual([]);
  });

  test('never bind a session to a tenant, nor leave the transaction’s way in', () => {
    const sources = globSync('{functions,shared,infra,layers}/**/*.ts', { cwd: PROJECT_ROOT });
    const found = sources.filter((file) =>
      /set_config\s*\(|set\s+(?:session\s+)?app\.|row_security/i.test(readFileSync(join(PROJECT_ROOT, file), 'utf8')),
    );

    expect(found).toEqual([]);
  });

  test.each([
    ['select id from widgets where id = $1', false],
    ['select id from widgets where creator_id = $1', true],
    ['update widgets set name = $1 where id = $2', false],
    ['insert into widgets (id) values ($1)', false],
    ['insert into widgets (creator_id, id) values ($1, $2)', true],
    ['delete from turns t using conversations c where t.conversation_id = c.id', false],
  ])('are judged as they should be: %s', (text, good) => {
    const sample: SqlText = { file: 'sample', line: 1, text, spliced: [] };

    expect([touched(sample).length > 0, namesTenant(sample)]).toEqual([true, good]);
  });
});
