import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SCRIPT = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  readonly passes: readonly { readonly nodes: readonly unknown[] }[];
  readonly incomplete: AxeResults['violations'];
}

export interface Barriers {
  readonly violations: string[];
  /** What axe could not decide by itself. */
  readonly undecided: string[];
  /** How often a rule held for an element. */
  readonly held: number;
}

/** What axe-core finds wrong with the widget on the page (shadow roots included), by rule and element. */
export async function findBarriers(page: Page): Promise<Barriers> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(SCRIPT, 'utf8'));
  const { violations, incomplete, passes } = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } };
    return axe.run({ include: ['[data-understudy]'] }, { preload: false });
  });
  return {
    violations: described(violations),
    undecided: described(incomplete),
    held: passes.reduce((sum, { nodes }) => sum + nodes.length, 0),
  };
}

const described = (findings: AxeResults['violations']): string[] =>
  findings.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
