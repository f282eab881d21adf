import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replace: string;
}

/** A deliberate mistake, and the tests that must notice it. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly tests: readonly string[];
}

/** @throws RangeError when the text that an edit is about does not stand in its file exactly once */
export async function applyFault(root: string, { name, edits }: Fault): Promise<void> {
  for (const edit of edits) await writeFile(join(root, edit.file), await edited(root, name, edit));
}

/** What does not apply any more, because the code has changed since. */
export async function staleEdits(root: string, { name, edits }: Fault): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(edits.map((edit) => edited(root, name, edit)));
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
}

async function edited(root: string, name: string, { file, search, replace }: Edit): Promise<string> {
  const text = await readFile(join(root, file), 'utf8');
  const places = text.split(search).length - 1;
  if (places !== 1) throw new RangeError(`${name}: its text stands in ${file} ${places} times, not once`);
  return text.replace(search, () => replace);
}
