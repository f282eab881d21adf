import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROJECT_ROOT } from '../../module-graph.ts';
import { isLine, type Line } from './lines.ts';

/**
 * The test files of each line, by convention: a file belongs to `A7` when it is called `a7-….test.ts`, has a test or
 * group whose name begins with `A7: `, or tells a figure of it. New ones join by that alone.
 */
export function findTests(root: string = PROJECT_ROOT): ReadonlyMap<Line, readonly string[]> {
  const found = new Map<Line, string[]>();
  for (const file of globSync('tests/{unit,integration,e2e,browser}/**/*.test.ts', { cwd: root }).sort()) {
    for (const line of linesOf(file, readFileSync(join(root, file), 'utf8'))) {
      found.set(line, [...(found.get(line) ?? []), file]);
    }
  }
  return found;
}

export function linesOf(file: string, source: string): readonly Line[] {
  const named = /^(a\d+)-/.exec(basename(file))?.[1]?.toUpperCase();
  const told = [...source.matchAll(/\btellFigure\(\s*['"`](A\d+)['"`]/g), ...source.matchAll(/['"`](A\d+): /g)];
  const lines = [named, ...told.map(([, line]) => line)].filter((line) => line !== undefined);
  return [...new Set(lines)].filter(isLine);
}
