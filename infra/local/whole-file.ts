import { readFile, rename, writeFile } from 'node:fs/promises';

/** Writes the file in one step: a reader never meets half of it, and a kill in between leaves the old one. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, text, { mode });
  await rename(draft, path);
}

/** What the JSON file holds; undefined when it is missing or damaged. For files that the host can do without. */
export async function readJsonIfWhole(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
