import { newRow, type PlantedTenant, type Row } from './plant-rows.ts';
import type { TenantTable } from './tenant-tables.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** Whom a statement is about, and who sends it. In the positive control both are the same creator. */
export interface Aim {
  readonly table: TenantTable;
  readonly target: PlantedTenant;
  readonly sender: PlantedTenant;
}

/**
 * One way to reach a row. Sent by another creator it must come to nothing; sent by the row's own it must work, or
 * the attempt proves nothing.
 */
export interface Form {
  readonly name: string;
  /** Absent where the form does not fit the table. */
  readonly statement: (aim: Aim) => Statement | undefined;
  /** What the control shows: the creator's own id in the rows, rows touched, or (an oracle) this error. */
  readonly works: 'shows' | 'touches' | { readonly error: string };
  /** Errors with which an attempt may end; without one it must end quietly, with nothing. */
  readonly refusals?: readonly string[];
  /** The control needs a creator without a row in the table yet. */
  readonly addsRow?: boolean;
}

/** Postgres' insufficient_privilege: also what a violated policy raises. */
export const REFUSED = '42501';
/** Postgres' foreign_key_violation: the row that was pointed at is not there for this tenant. */
export const NO_SUCH_PARENT = '23503';

export function firstRow({ table, target }: Aim): Row {
  const row = target.rows.get(table.name)?.[0];
  if (!row) throw new Error(`nothing was planted in ${table.name}`);
  return row;
}

/** A condition on the whole primary key of the target's first row, and its values. */
export function byKey(aim: Aim, alias = 't'): { condition: string; values: unknown[] } {
  const row = firstRow(aim);
  const condition = aim.table.primaryKey.map((name, place) => `${alias}.${name} = $${place + 1}`).join(' and ');
  return { condition, values: aim.table.primaryKey.map((name) => row[name]) };
}

/** A new row that says it is the target's. */
export const rowFor = ({ table, target }: Aim): Row => newRow(table, target.id, target.rows);
