import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

export interface ModuleGraph {
  /** Every source file on disk, by its path from the project's root. */
  readonly files: readonly string[];
  /** Files that the bundler read. */
  readonly modules: readonly string[];
  /** Imports between the project's own files that exist at run time; type-only imports are erased. */
  readonly edges: readonly ImportEdge[];
}

/** The graph as the bundler that ships the code sees it, so that no checker can silently read nothing. */
export async function readModuleGraph(): Promise<ModuleGraph> {
  const files = globSync('{functions,infra,layers,shared,web}/**/*.{ts,tsx,mjs}', {
    cwd: PROJECT_ROOT,
    exclude: (name) => name.includes('node_modules'),
  }).filter((file) => !file.endsWith('.d.ts'));
  const { metafile } = await build({
    entryPoints: files,
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    loader: { '.html': 'text', '.css': 'text', '.svg': 'text', '.md': 'text', '.sql': 'text' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const edges = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.filter((imported) => !imported.external).map((imported) => ({ from, to: imported.path })),
  );
  return { files, modules: Object.keys(metafile.inputs), edges };
}
