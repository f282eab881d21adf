import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { TenantTable } from './tenant-tables.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What one creator has: at least one row in every table, every one with its id in it. */
export interface PlantedTenant {
  readonly id: string;
  readonly rows: ReadonlyMap<string, readonly Row[]>;
}

let serial = 1_000;
/** Seals reach into the past only. */
const LONG_AGO_MS = Date.now() - 365 * 24 * 3_600_000;

/**
 * A row that the table takes, made from nothing but the catalogue, so that a new table is attacked unasked. A table
 * whose checks this cannot meet makes the suite fail: then it learns a new kind of value here.
 */
export function newRow(table: TenantTable, tenantId: string, parentRows: PlantedTenant['rows'], nth = 0): Row {
  serial += 1;
  const row: Record<string, unknown> = {};
  for (const column of table.columns) {
    const needed = !column.optional || table.primaryKey.includes(column.name);
    if (needed && !column.generated)
      row[column.name] = valueFor(column.type, `${tenantId} ${serial}`, column.words[nth % column.words.length]);
  }
  for (const { parent, columns, parentColumns } of table.parents) {
    const candidates = parentRows.get(parent) ?? [];
    const parentRow = candidates[nth % candidates.length];
    for (const [place, name] of columns.entries()) {
      if (parentRow) row[name] = parentRow[parentColumns[place] ?? ''];
    }
  }
  row[table.tenantColumn] = tenantId;
  return row;
}

function valueFor(type: string, mark: string, word: string | undefined): unknown {
  if (word !== undefined) return word;
  switch (type) {
    case 'uuid':
      return randomUUID();
    case 'text':
      return mark;
    case 'smallint':
      return 1;
    case 'integer':
    case 'bigint':
      return serial;
    case 'real':
    case 'double precision':
    case 'numeric':
      return 0.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-01';
    case 'timestamp with time zone':
      return new Date(LONG_AGO_MS + serial * 1_000);
    case 'bytea':
      return randomBytes(32);
    case 'json':
    case 'jsonb':
      return {};
    case 'text[]':
      return [];
    default:
      throw new Error(`no value is known for columns of type ${type}`);
  }
}

export function insertOf(table: TenantTable, row: Row): { text: string; values: unknown[] } {
  const names = Object.keys(row);
  const places = names.map((_, place) => `$${place + 1}`);
  return { text: `insert into ${table.name} (${names}) values (${places})`, values: Object.values(row) };
}

/** Creates a tenant with rows in every table, or (`only`) in some. */
export async function plantTenant(
  db: pg.ClientBase,
  tables: readonly TenantTable[],
  only: (table: TenantTable) => boolean = () => true,
): Promise<PlantedTenant> {
  const id = randomUUID();
  const rows = new Map<string, Row[]>();
  await db.query('begin');
  await db.query('select app.enter_tenant($1)', [id]);
  for (const table of tables.filter(only)) {
    const planted: Row[] = [];
    // One row where the creator is the whole key, two elsewhere.
    for (let place = 0; place < Math.min(2, table.primaryKey.length); place++) {
      const { text, values } = insertOf(table, newRow(table, id, rows, place));
      const { rows: inserted } = await db.query(`${text} returning *, ctid::text as ctid`, values);
      planted.push(inserted[0]);
    }
    rows.set(table.name, planted);
  }
  await db.query('commit');
  return { id, rows };
}
