import * as z from 'zod';

/** An offset in a text, in UTF-16 units, and the page (from 1) that begins there. */
export const PageStart = z.tuple([z.int().min(0), z.int()]);
export type PageStart = z.infer<typeof PageStart>;

/** The page that holds the character at `offset`; undefined when no page begins at or before it. */
export function pageAt(starts: readonly PageStart[], offset: number): number | undefined {
  return starts.findLast(([start]) => start <= offset)?.[1];
}
