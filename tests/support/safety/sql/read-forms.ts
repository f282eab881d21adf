import { type Aim, byKey, type Form, firstRow, type Statement } from './form.ts';

const reading = (name: string, write: (table: string) => string): Form => ({
  name,
  works: 'shows',
  statement: ({ table, target }) => ({ text: write(table.name), values: [target.id] }),
});
/** Without parameters, as the commands want it that take none. */
const literally = (name: string, write: (table: string, id: string) => string): Form => ({
  name,
  works: 'shows',
  statement: ({ table, target }) => ({ text: write(table.name, `'${target.id}'`) }),
});
const whole = (name: string, write: (table: string) => string): Form => literally(name, (table) => write(table));

const keyed = (name: string, write: (table: string, condition: string) => string): Form => ({
  name,
  works: 'shows',
  statement: (aim: Aim): Statement => {
    const { condition, values } = byKey(aim);
    return { text: write(aim.table.name, condition), values };
  },
});

/** Ways to read. */
export const READ_FORMS: readonly Form[] = [
  reading('select by creator', (t) => `select * from ${t} where creator_id = $1`),
  keyed('select by key', (t, where) => `select t.* from ${t} t where ${where}`),
  whole('select everything', (t) => `select * from ${t}`),
  whole('table command', (t) => `table ${t}`),
  whole('only', (t) => `select * from only ${t}`),
  whole('whole row', (t) => `select t as creator from ${t} t`),
  whole('group', (t) => `select creator_id, count(*) from ${t} group by creator_id`),
  whole('grouping sets', (t) => `select creator_id from ${t} group by grouping sets ((creator_id), ())`),
  whole('array aggregate', (t) => `select array_agg(creator_id) from ${t}`),
  whole('json aggregate', (t) => `select jsonb_agg(to_jsonb(t)) from ${t} t`),
  whole('text aggregate', (t) => `select string_agg(t::text, ',') from ${t} t`),
  whole('extremes', (t) => `select min(creator_id::text), max(creator_id::text) from ${t}`),
  whole('sample', (t) => `select * from ${t} tablesample system (100)`),
  whole('window', (t) => `select first_value(creator_id) over (partition by creator_id) from ${t}`),
  reading('exists', (t) => `select $1::uuid where exists (select from ${t} where creator_id = $1)`),
  reading('scalar sub-select', (t) => `select (select creator_id from ${t} where creator_id = $1 limit 1)`),
  reading('sub-select in from', (t) => `select * from (select * from ${t} offset 0) s where s.creator_id = $1`),
  reading('in sub-select', (t) => `select $1::uuid where $1::uuid in (select creator_id from ${t})`),
  reading('any of an array', (t) => `select $1::uuid where $1::uuid = any(array(select creator_id from ${t}))`),
  reading('common table', (t) => `with s as (select * from ${t}) select * from s where creator_id = $1`),
  reading(
    'kept common table',
    (t) => `with s as materialized (select * from ${t}) select * from s where creator_id = $1`,
  ),
  reading(
    'recursive',
    (
      t,
    ) => `with recursive s as (select $1::uuid as id union select t.creator_id from ${t} t join s on t.creator_id = s.id)
      select t.* from s join ${t} t on t.creator_id = s.id`,
  ),
  reading(
    'lateral',
    (t) => `select l.* from (values ($1::uuid)) v(id), lateral (select * from ${t} where creator_id = v.id) l`,
  ),
  reading('outer join', (t) => `select t.* from (values ($1::uuid)) v(id) left join ${t} t on t.creator_id = v.id`),
  reading('full join', (t) => `select t.* from (select $1::uuid as id) v full join ${t} t on t.creator_id = v.id`),
  reading('self join', (t) => `select b.* from ${t} a join ${t} b on true where b.creator_id = $1`),
  reading('natural join', (t) => `select * from ${t} natural join (select $1::uuid as creator_id) v`),
  reading('union', (t) => `select creator_id from ${t} where creator_id = $1 union all select creator_id from ${t}`),
  reading('intersect', (t) => `select creator_id from ${t} intersect select $1::uuid`),
  reading(
    'distinct on',
    (t) => `select distinct on (creator_id) * from ${t} where creator_id = $1 order by creator_id`,
  ),
  reading('as text', (t) => `select * from ${t} where creator_id::text like $1::uuid || '%'`),
  reading('always true', (t) => `select * from ${t} where creator_id = $1 or true`),
  reading('range', (t) => `select * from ${t} where creator_id between $1 and $1`),
  reading('newest', (t) => `select * from ${t} where creator_id = $1 order by updated_at desc limit 1`),
  reading('for update', (t) => `select * from ${t} where creator_id = $1 for update`),
  reading('for key share', (t) => `select * from ${t} where creator_id = $1 for key share skip locked`),
  literally(
    'prepared',
    (t, id) => `deallocate all; prepare p as select * from ${t} where creator_id = ${id}; execute p`,
  ),
  literally('cursor', (t, id) => `declare c cursor for select * from ${t} where creator_id = ${id}; fetch all from c`),
  literally('query to xml', (t) => `select query_to_xml('select creator_id from ${t}', true, false, '')::text`),
  {
    name: 'by place on disk',
    works: 'shows',
    statement: (aim) => ({
      text: `select * from ${aim.table.name} where ctid = $1::tid and creator_id = $2`,
      values: [firstRow(aim).ctid, aim.target.id],
    }),
  },
  {
    // A division that fails on the sought row alone would tell that it is there.
    name: 'error as an oracle',
    works: { error: '22012' },
    statement: ({ table, target }) => ({
      text: `select 1 / (case when creator_id = $1 then 0 else 1 end) from ${table.name}`,
      values: [target.id],
    }),
  },
  {
    name: 'cast as an oracle',
    works: { error: '22P02' },
    statement: ({ table, target }) => ({
      text: `select count(*) from ${table.name} where creator_id = $1 and ('x' || creator_id)::int > 0`,
      values: [target.id],
    }),
  },
];
