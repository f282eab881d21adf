/**
 * A column for every list that is ordered by `created_at`: the time in microseconds, as text that `Cursor` of
 * `shared/models/listing.ts` carries. A JavaScript date would cut it, and a page skip the rows in between.
 */
export const CURSOR_AT = `to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor_at`;
