import type pg from 'pg';
import { RELATIONS } from '../catalogue/rule.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  /** The database fills it by itself when it is left out, or it may stay null. */
  readonly optional: boolean;
  readonly generated: boolean;
  /** The words that a check allows, when it names them. */
  readonly words: readonly string[];
}

export interface ForeignKey {
  readonly parent: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
}

export interface TenantTable {
  readonly name: string;
  /** The column that is written to say whose a row is: `id` of creators, whose creator_id follows from it. */
  readonly tenantColumn: string;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** All but the one to the creator. */
  readonly parents: readonly ForeignKey[];
}

const COLUMNS = `${RELATIONS}
  select t.name as "table", a.attname as name, format_type(a.atttypid, null) as type, a.attgenerated <> '' as generated,
    not a.attnotnull or a.atthasdef as optional,
    (select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint k
     where k.conrelid = t.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as checks
  from tenant t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  order by t.name, a.attnum`;

const KEYS = `${RELATIONS}
  select t.name as "table", k.contype as kind, k.confrelid::regclass::text as parent,
    array(select attname::text from unnest(k.conkey) with ordinality as u(n, i)
          join pg_attribute on attrelid = k.conrelid and attnum = n order by i) as columns,
    array(select attname::text from unnest(k.confkey) with ordinality as u(n, i)
          join pg_attribute on attrelid = k.confrelid and attnum = n order by i) as parent_columns
  from tenant t join pg_constraint k on k.conrelid = t.oid where k.contype in ('p', 'f')`;

/** Every table of tenants as the catalogue knows it, parents before children. */
export async function readTenantTables(db: pg.ClientBase): Promise<TenantTable[]> {
  const [{ rows: columns }, { rows: keys }] = [await db.query(COLUMNS), await db.query(KEYS)];
  const tables = [...new Set(columns.map((row) => row.table as string))].map((name): TenantTable => {
    const own = keys.filter((key) => key.table === name);
    return {
      name,
      tenantColumn: name === 'creators' ? 'id' : 'creator_id',
      columns: columns.filter((row) => row.table === name).map((row) => ({ ...row, words: wordsIn(row.checks) })),
      primaryKey: own.find((key) => key.kind === 'p')?.columns ?? [],
      parents: own
        .filter((key) => key.kind === 'f' && key.parent !== 'creators')
        .map((key) => ({ parent: key.parent, columns: key.columns, parentColumns: key.parent_columns })),
    };
  });
  return parentsFirst(tables);
}

function wordsIn(checks: string | null): readonly string[] {
  const list = /= ANY \(ARRAY\[([^\]]+)\]|^CHECK \(\(\w+ = ('[^']+')::text\)\)/.exec(checks ?? '');
  return [...(list?.[1] ?? list?.[2] ?? '').matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

function parentsFirst(tables: readonly TenantTable[]): TenantTable[] {
  const sorted: TenantTable[] = [];
  let left = tables.toSorted((a) => (a.name === 'creators' ? -1 : 0));
  while (left.length > 0) {
    const ready = left.filter(({ parents }) =>
      parents.every(({ parent }) => !left.some(({ name }) => name === parent)),
    );
    if (ready.length === 0) throw new Error(`tables refer to one another in a circle: ${left.map(({ name }) => name)}`);
    sorted.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return sorted;
}
