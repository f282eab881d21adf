import * as z from 'zod';
import { ValidationError } from '../errors/validation-error.ts';

/** The query of every list: newest first, 20 at a time unless asked otherwise. */
export const ListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'Write a number from 1 to 100.')
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(20),
  cursor: z.string().max(200).optional(),
});

/** The shape of every list. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });

/** A place in a list ordered by time and id; opaque to clients. */
export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

/** Only times that Postgres can read: it knows neither a year 0 nor every offset that ISO 8601 allows. */
const CursorText = z.tuple([z.iso.datetime().regex(/^[12]/), z.uuid()]);

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.createdAt, cursor.id])).toString('base64url');
}

/** @throws ValidationError for anything that `encodeCursor` did not make */
export function decodeCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const parsed = CursorText.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success) throw new ValidationError([{ path: 'cursor', message: 'Not a cursor of this list.' }]);
  return { createdAt: parsed.data[0], id: parsed.data[1] };
}

/**
 * Makes a page of rows read with `limit + 1`. Rows carry `created_at` as the text Postgres gives (microseconds
 * kept), so that no row between two milliseconds is skipped.
 */
export function toPage<Row extends { id: string; cursor_at: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last;
  return {
    data: page.map(toItem),
    next_cursor: more ? encodeCursor({ createdAt: last.cursor_at, id: last.id }) : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
