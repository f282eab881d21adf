import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PROJECT_ROOT } from './module-graph.ts';

export interface Doc {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  /** The names by which links reach its headings. */
  readonly anchors: readonly string[];
}

export interface Link {
  readonly from: string;
  /** As it is written. */
  readonly href: string;
  /** The file it means, from the project's root. */
  readonly path: string;
  readonly anchor: string | undefined;
}

const MADE = /(^|\/)(node_modules|\.build|\.local|cdk\.out|coverage)(\/|$)/;

/** Every Markdown file of the tree. */
export function readDocs(): readonly Doc[] {
  const paths = globSync('**/*.md', { cwd: PROJECT_ROOT, exclude: (path) => MADE.test(path) });
  return paths.map((path) => {
    const text = readFileSync(join(PROJECT_ROOT, path), 'utf8');
    return { path, text, anchors: [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading)) };
  });
}

/** The links of a document to other files of the tree, or within itself. */
export function linksOf({ path, text }: Doc): readonly Link[] {
  const hrefs = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = '']) => href);
  return hrefs
    .filter((href) => !/^[a-z]+:/.test(href))
    .map((href) => {
      const [file, name] = href.split('#');
      return { from: path, href, path: file ? normalize(join(dirname(path), file)) : path, anchor: name };
    });
}

/** Without blocks of code, where a `#` is a comment and brackets are brackets. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

function anchor(heading: string): string {
  const words = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return words.trim().replaceAll(' ', '-');
}
