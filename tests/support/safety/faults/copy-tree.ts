import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { PROJECT_ROOT } from '../../module-graph.ts';

const LEFT_OUT = new Set(['.git', '.build', '.local', 'cdk.out', 'coverage', '.vitest']);

/** A copy of the tree that may be spoilt; installed packages are linked, not copied. Gives its folder. */
export async function copyTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-faults-'));
  const packages: string[] = [];
  await cp(PROJECT_ROOT, folder, {
    recursive: true,
    filter: (source) => {
      if (basename(source) === 'node_modules') packages.push(source);
      return basename(source) !== 'node_modules' && !LEFT_OUT.has(basename(source));
    },
  });
  for (const source of packages) await symlink(source, join(folder, relative(PROJECT_ROOT, source)));
  return folder;
}
