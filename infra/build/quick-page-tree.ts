import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** pdf.js, for every page that is asked for, begins to fetch all pages that stand directly under the root. */
const FETCH_ALL =
  /\w+===this\.toplevelPagesDict&&\w+ instanceof \w+&&!\w+\.has\(\w+\)&&\w+\.put\(\w+,\w+\.fetchAsync\(\w+\)\)/g;

/**
 * Without that a page is fetched when it is read: with it, reading a PDF whose pages all stand under one node takes
 * time by the square of their number. Stops the build when the place is no longer there.
 */
export const quickPageTree: Plugin = {
  name: 'quick-page-tree',
  setup({ onLoad }) {
    onLoad({ filter: /unpdf[\\/]dist[\\/]pdfjs\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const places = source.match(FETCH_ALL)?.length ?? 0;
      if (places !== 1) return { errors: [{ text: `pdf.js fetches all pages at ${places} places instead of one` }] };
      return { contents: source.replace(FETCH_ALL, '0'), loader: 'js' };
    });
  },
};
