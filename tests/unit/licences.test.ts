import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/module-graph.ts';

/** What may be used and passed on in a product under the MIT licence. A new one is a decision. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC']);
for (const licence of ['MIT', 'MIT-0', 'Python-2.0', 'Unlicense', 'Zlib', 'CC-BY-4.0', 'PostgreSQL'])
  ALLOWED.add(licence);
/** Only while developing, unchanged, and not passed on: weak copyleft is no burden there. */
const ALLOWED_WHILE_DEVELOPING = new Set(['MPL-2.0']);

interface Installed {
  readonly name: string;
  readonly licence: string;
}

function installed(folder: string): Installed[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.')) return [];
    if (name.startsWith('@')) return installed(path);
    const nested = existsSync(join(path, 'node_modules')) ? installed(join(path, 'node_modules')) : [];
    return existsSync(join(path, 'package.json')) ? [read(path), ...nested] : nested;
  });
}

function read(path: string): Installed {
  const told = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const licence = told.license?.type ?? told.license ?? told.licenses?.map((each: { type: string }) => each.type)[0];
  return { name: told.name, licence: licence ?? 'none told' };
}

/** SPDX expressions without nesting: one of the alternatives must be allowed in all its parts. */
function isAllowed(licence: string, allowed: ReadonlySet<string>): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((each) => allowed.has(each)));
}

const ALL = installed(join(PROJECT_ROOT, 'node_modules'));

test('every installed package tells a licence that the product may use', () => {
  const allowed = new Set([...ALLOWED, ...ALLOWED_WHILE_DEVELOPING]);

  expect(ALL.filter(({ licence }) => !isAllowed(licence, allowed))).toEqual([]);
  expect(ALL.length).toBeGreaterThan(150);
});

test('what goes into the bundles is without copyleft altogether', () => {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  const own = ALL.filter(({ name }) => name in dependencies);

  expect(own.filter(({ licence }) => !isAllowed(licence, ALLOWED))).toEqual([]);
  expect(new Set(own.map(({ name }) => name)).size).toBe(Object.keys(dependencies).length);
});

test.each(['AGPL-3.0', 'GPL-3.0-or-later', '(GPL-2.0 AND MIT)', 'SEE LICENSE IN x', 'none told'])(
  '%s is refused',
  (licence) => {
    expect(isAllowed(licence, new Set([...ALLOWED, ...ALLOWED_WHILE_DEVELOPING]))).toBe(false);
  },
);
