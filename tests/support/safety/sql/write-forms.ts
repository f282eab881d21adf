import { type Aim, byKey, type Form, firstRow, NO_SUCH_PARENT, REFUSED, rowFor, type Statement } from './form.ts';
import { insertOf, newRow, type Row } from './plant-rows.ts';
import type { TenantTable } from './tenant-tables.ts';

const inserting = (name: string, write: (insert: string, aim: Aim) => string, rowOf = rowFor): Form => ({
  name,
  works: 'touches',
  refusals: [REFUSED],
  addsRow: true,
  statement: (aim): Statement => {
    const { text, values } = insertOf(aim.table, rowOf(aim));
    return { text: write(text, aim), values };
  },
});
/** The row that is there already, as a whole. */
const standingRow = (aim: Aim): Row => {
  const row = firstRow(aim);
  const written = aim.table.columns.filter(({ generated }) => !generated).map(({ name }) => [name, row[name]]);
  return Object.fromEntries(written.filter(([, value]) => value !== null));
};
/** What a row that stands there already conflicts by: the number of a seal is drawn by the database, its end is not. */
const conflictKey = ({ name, primaryKey }: TenantTable) =>
  name === 'audit_seals' ? 'creator_id, sealed_until' : primaryKey.join();
const upserting = (name: string, write: (insert: string, aim: Aim) => string): Form => ({
  ...inserting(name, write, standingRow),
  addsRow: false,
});

const changing = (name: string, write: (table: string) => string): Form => ({
  name,
  works: 'touches',
  statement: ({ table, target }) => ({ text: write(table.name), values: [target.id] }),
});
const changingKey = (name: string, write: (table: string, condition: string) => string): Form => ({
  name,
  works: 'touches',
  statement: (aim) => {
    const { condition, values } = byKey(aim);
    return { text: write(aim.table.name, condition), values };
  },
});
/** The sender's own row becomes the target's. */
const moving = (name: string, write: (table: string, column: string) => string): Form => ({
  name,
  works: 'touches',
  refusals: [REFUSED],
  statement: ({ table, target, sender }) => ({
    text: write(table.name, table.tenantColumn),
    values: [target.id, sender.id],
  }),
});

/** Ways to write. */
export const WRITE_FORMS: readonly Form[] = [
  inserting('insert', (insert) => insert),
  inserting('insert returning', (insert) => `${insert} returning *`),
  inserting('insert in a common table', (insert) => `with added as (${insert} returning *) select * from added`),
  inserting('insert or nothing', (insert) => `${insert} on conflict do nothing`),
  inserting('insert by select', (insert) => insert.replace(/values \((.*)\)$/, 'select $1')),
  upserting(
    'upsert',
    (insert, { table }) => `${insert} on conflict (${conflictKey(table)}) do update set updated_at = now()`,
  ),
  upserting(
    'upsert returning',
    (insert, { table }) => `${insert} on conflict (${conflictKey(table)}) do update set updated_at = now() returning *`,
  ),
  changing('update by creator', (t) => `update ${t} set updated_at = now() where creator_id = $1`),
  changing('update returning', (t) => `update ${t} set updated_at = now() where creator_id = $1 returning *`),
  changingKey('update by key', (t, where) => `update ${t} t set updated_at = now() where ${where}`),
  changing(
    'update from',
    (t) => `update ${t} t set updated_at = now() from ${t} o where o.creator_id = $1 and t.creator_id = $1`,
  ),
  changing('update by sub-select', (t) => `update ${t} set updated_at = now() where creator_id in (select $1::uuid)`),
  changing(
    'update in a common table',
    (t) => `with u as (update ${t} set updated_at = now() where creator_id = $1 returning *) select * from u`,
  ),
  moving('move to another', (t, column) => `update ${t} set ${column} = $1 where creator_id = $2`),
  moving(
    'move by from',
    (t, column) => `update ${t} set ${column} = v.id from (select $1::uuid as id) v where creator_id = $2`,
  ),
  changing('delete by creator', (t) => `delete from ${t} where creator_id = $1`),
  changing('delete returning', (t) => `delete from ${t} where creator_id = $1 returning *`),
  changingKey('delete by key', (t, where) => `delete from ${t} t where ${where}`),
  changing('delete using', (t) => `delete from ${t} t using (values ($1::uuid)) v(id) where t.creator_id = v.id`),
  changing(
    'delete in a common table',
    (t) => `with d as (delete from ${t} where creator_id = $1 returning *) select * from d`,
  ),
  changing(
    'merge and update',
    (t) => `merge into ${t} t using (values ($1::uuid)) v(id) on t.creator_id = v.id
      when matched then update set updated_at = now()`,
  ),
  changing(
    'merge and delete',
    (t) => `merge into ${t} t using (values ($1::uuid)) v(id) on t.creator_id = v.id when matched then delete`,
  ),
  {
    ...inserting('merge and insert', (insert) => insert),
    statement: (aim) => {
      const { text, values } = insertOf(aim.table, rowFor(aim));
      const list = text.replace(/^insert into \S+ /, 'insert ');
      return {
        text: `merge into ${aim.table.name} t using (select 1) v on false when not matched then ${list}`,
        values,
      };
    },
  },
  {
    name: 'hang under a parent of another',
    works: 'touches',
    refusals: [NO_SUCH_PARENT, REFUSED],
    addsRow: true,
    statement: ({ table, target, sender }) => {
      if (table.parents.length === 0) return undefined;
      const row = { ...newRow(table, target.id, target.rows), [table.tenantColumn]: sender.id };
      return insertOf(table, row);
    },
  },
];
