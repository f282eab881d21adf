import { createHash } from 'node:crypto';
import type pg from 'pg';

/** More texts than the code holds; beyond it a text is planned each time. */
const MAX_NAMED = 300;

/** The name under which a connection keeps a statement; undefined for one that it does not keep. */
export type NameOf = (text: string) => string | undefined;

const namesByPool = new WeakMap<pg.Pool, NameOf>();

/** The names of a pool's statements. A name means one text on a connection, whoever borrows it: a pool has them once. */
export function namesOf(pool: pg.Pool): NameOf {
  const names = namesByPool.get(pool) ?? nameStatements();
  namesByPool.set(pool, names);
  return names;
}

/**
 * Planning a statement under row level security takes longer than running it. Under a name a connection plans it once
 * (Postgres decides by cost whether the values matter).
 */
function nameStatements(): NameOf {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MAX_NAMED) return known;
    // By the text: several databases may share a pool, and a name means one text on a connection.
    const name = createHash('sha256').update(text).digest('base64url');
    names.set(text, name);
    return name;
  };
}
