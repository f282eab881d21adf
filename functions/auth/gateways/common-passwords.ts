import { readFile } from 'node:fs/promises';

/** Whether so many people choose this password that it is among the first that are tried. Letter case does not matter. */
export type IsCommonPassword = (password: string) => Promise<boolean>;

/** Reads the list when it is first asked for, once. */
export function openCommonPasswords(file: URL): IsCommonPassword {
  let list: Promise<ReadonlySet<string>> | undefined;
  return async (password) => {
    list ??= readFile(file, 'utf8').then(
      (text) => new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))),
    );
    list.catch(() => {
      list = undefined; // A failure is not remembered.
    });
    return (await list).has(password.normalize('NFKC').toLowerCase());
  };
}
