const cursorOf = (createdAt: string) =>
  `to_char(${createdAt} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor_at`;

/**
 * A column for every list that is ordered by `created_at`: the time in microseconds, as text that `Cursor` of
 * `shared/models/listing.ts` carries. A JavaScript date would cut it, and a page skip the rows in between.
 */
export const CURSOR_AT = cursorOf('created_at');

/** The same in a statement that calls conversations `c`. */
export const CURSOR_AT_OF_CONVERSATION = cursorOf('c.created_at');

/** The same in a statement that calls messages `m`. */
export const CURSOR_AT_OF_MESSAGE = cursorOf('m.created_at');
